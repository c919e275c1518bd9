using System.Globalization;

namespace Dashboard.Engine.Containers.Health;

/// <summary>A duration as Go prints it: <c>1m30s</c>, <c>1.5s</c>, <c>200ms</c>.</summary>
internal static class GoDuration
{
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0s";
        if (duration < TimeSpan.FromMilliseconds(1))
            return Number(duration.TotalMicroseconds) + "µs";
        if (duration < TimeSpan.FromSeconds(1))
            return Number(duration.TotalMilliseconds) + "ms";
        var seconds = Number(duration.Ticks % TimeSpan.TicksPerMinute / (double)TimeSpan.TicksPerSecond) + "s";
        var minutes = (long)duration.TotalMinutes;
        if (minutes == 0)
            return seconds;
        return minutes < 60 ? $"{minutes}m{seconds}" : $"{minutes / 60}h{minutes % 60}m{seconds}";
    }

    private static string Number(double value) => value.ToString("0.#######", CultureInfo.InvariantCulture);
}
