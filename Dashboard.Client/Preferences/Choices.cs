using System.Globalization;
using Dashboard.Client.Streaming.Logs;

namespace Dashboard.Client.Preferences;

/// <summary>
/// What a user has chosen, with defaults for all else. Each is stored under a key of its own, and a value that cannot be read
/// counts as none: another version of Dashboard may have written it.
/// </summary>
public sealed record Choices
{
    private const string RowsKey = "rows";
    private const string ColumnsKey = "containers.hidden";
    private const string LogLinesKey = "logs.lines";
    private const string LogTimestampsKey = "logs.timestamps";
    private const string EndpointKey = "endpoint";

    public static Choices Default { get; } = new();

    /// <summary>Lines of a log that one may begin with.</summary>
    public static IReadOnlyList<int> LogBeginnings { get; } = [100, LogFeed.DefaultTail, 5_000];

    /// <summary>One of <see cref="Themes.All"/>.</summary>
    public string Theme { get; init; } = Themes.Auto;

    /// <summary>One of <see cref="Languages.All"/>.</summary>
    public string Language { get; init; } = Languages.Auto;

    /// <summary>The id of the chosen endpoint; null for the first.</summary>
    public string? Endpoint { get; init; }

    public bool CompactRows { get; init; }
    public ContainerColumns HiddenColumns { get; init; }

    /// <summary>One of <see cref="LogBeginnings"/>.</summary>
    public int LogLines { get; init; } = LogFeed.DefaultTail;

    public bool LogTimestamps { get; init; }

    /// <summary>CSS pixels; app.css has the same in --row.</summary>
    public int RowHeight => CompactRows ? 28 : 36;

    /// <summary>As it stands in html's data-rows.</summary>
    public string Rows => CompactRows ? "compact" : "regular";

    public bool Shows(ContainerColumns column) => (HiddenColumns & column) == 0;

    public static Choices From(IReadOnlyDictionary<string, string> stored) => new()
    {
        Theme = Themes.Parse(stored.GetValueOrDefault(Themes.Key)),
        Language = Languages.Parse(stored.GetValueOrDefault(Languages.Key)),
        CompactRows = stored.GetValueOrDefault(RowsKey) == "compact",
        HiddenColumns = Enum.TryParse<ContainerColumns>(stored.GetValueOrDefault(ColumnsKey), out var hidden) ? hidden : ContainerColumns.None,
        LogLines = int.TryParse(stored.GetValueOrDefault(LogLinesKey), CultureInfo.InvariantCulture, out var lines) && LogBeginnings.Contains(lines) ? lines : LogFeed.DefaultTail,
        LogTimestamps = stored.GetValueOrDefault(LogTimestampsKey) == "true",
        Endpoint = stored.GetValueOrDefault(EndpointKey) is { Length: > 0 } endpoint ? endpoint : null,
    };

    public IReadOnlyDictionary<string, string> ToStored() => new Dictionary<string, string>
    {
        [Themes.Key] = Theme,
        [Languages.Key] = Language,
        [RowsKey] = Rows,
        [ColumnsKey] = HiddenColumns.ToString(),
        [LogLinesKey] = LogLines.ToString(CultureInfo.InvariantCulture),
        [LogTimestampsKey] = LogTimestamps ? "true" : "false",
        [EndpointKey] = Endpoint ?? "",
    };
}
