using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Server.Terminals;

/// <summary>Why a terminal ended: the last text frame that the browser gets. Words are the browser's, these are their keys.</summary>
internal sealed record TerminalEnd
{
    public const string NotFound = "notFound";
    public const string NotRunning = "notRunning";
    public const string NoShell = "noShell";
    public const string SignedOut = "signedOut";
    public const string Stopping = "stopping";
    public const string TooLarge = "tooLarge";
    public const string BadMessage = "badMessage";
    public const string Engine = "engine";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The browser went; there is nobody to tell.</summary>
    public static TerminalEnd Left { get; } = new();

    /// <summary>The shell's exit code; null when it is not the shell that ended.</summary>
    public long? Exit { get; init; }

    /// <summary>True when the shell ended because its container did.</summary>
    public bool? Stopped { get; init; }

    public string? Error { get; init; }

    /// <summary>The engine's own words.</summary>
    public string? Detail { get; init; }

    public static TerminalEnd Failed(string error, string? detail = null) => new() { Error = error, Detail = detail };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, s_json);
}
