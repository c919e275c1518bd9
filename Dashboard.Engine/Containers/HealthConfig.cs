using System.Text.Json;
using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers;

/// <summary>Docker's <c>HealthConfig</c>; the names are the wire names. Durations are nanoseconds, and 0 takes the image's, then Docker's default.</summary>
public sealed record HealthConfig
{
    /// <summary>Empty: as the image says. <c>["NONE"]</c>, <c>["CMD", word...]</c> or <c>["CMD-SHELL", line]</c>.</summary>
    public IReadOnlyList<string>? Test { get; set; }
    public long Interval { get; set; }
    public long Timeout { get; set; }
    /// <summary>Failures of this time from the start on are not counted.</summary>
    public long StartPeriod { get; set; }
    /// <summary>Takes the place of <see cref="Interval"/> within the start period (API 1.44).</summary>
    public long StartInterval { get; set; }
    public int Retries { get; set; }

    /// <summary>The image's <c>Healthcheck</c>; null when it has none.</summary>
    /// <exception cref="EngineException">It is none.</exception>
    public static HealthConfig? OfImage(JsonElement? element)
    {
        try
        {
            return element is { ValueKind: JsonValueKind.Object } check ? check.Deserialize(HealthJson.Default.HealthConfig) : null;
        }
        catch (JsonException error)
        {
            throw EngineException.Invalid($"the image's Healthcheck cannot be read: {error.Message}");
        }
    }
}
