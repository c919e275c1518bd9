using System.Globalization;

namespace Dashboard.Client.Components;

/// <summary>
/// Numbers as people read them, the same everywhere: at most three significant digits, IEC units, and a dash where nothing
/// is known. The exact value belongs in the title (<see cref="ExactBytes"/>, <see cref="ExactTime"/>).
/// </summary>
public static class Format
{
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>0 B, 512 B, 1.5 KiB, 12.3 MiB, 256 MiB, 1 GiB.</summary>
    public static string Bytes(double? bytes)
    {
        if (bytes is not { } value || !double.IsFinite(value))
            return FormatText.Unknown;
        var unit = 0;
        // 1,023.95 would print as "1024 KiB": what rounds up to the next unit is shown in it.
        while (Math.Abs(value) >= (unit == 0 ? 1024 : 1023.5) && unit < s_units.Length - 1)
        {
            value /= 1024;
            unit++;
        }
        return $"{(unit == 0 ? value.ToString("0", CultureInfo.CurrentCulture) : Short(value))} {s_units[unit]}";
    }

    /// <summary>1,234,567 bytes.</summary>
    public static string ExactBytes(long? bytes) => bytes is { } value ? FormatText.Bytes(value) : FormatText.Unknown;

    /// <summary>Bytes per second: 1.5 KiB/s.</summary>
    public static string Rate(double? bytesPerSecond) =>
        bytesPerSecond is { } value && double.IsFinite(value) ? FormatText.PerSecond(Bytes(value)) : FormatText.Unknown;

    /// <summary>CPUs in use: 0.42, 1.50, 12.3.</summary>
    public static string Cores(double? cores) =>
        cores is { } value && double.IsFinite(value) ? value.ToString(value < 9.995 ? "0.00" : value < 99.95 ? "0.0" : "0", CultureInfo.CurrentCulture) : FormatText.Unknown;

    /// <summary>0.42 of 2 CPUs, 0.42 of 0.5 CPUs, 0.42 of 1 CPU; without a number of CPUs only the first part.</summary>
    public static string CoresOf(double? cores, double cpus) => cpus <= 0 ? Cores(cores) : FormatText.OfCpus(Cores(cores), cpus);

    /// <summary>12.3 MiB of 256 MiB; without a limit only the first part.</summary>
    public static string BytesOf(double? bytes, double limit) => limit <= 0 ? Bytes(bytes) : FormatText.Of(Bytes(bytes), Bytes(limit));

    /// <summary>A fraction of one: 0.004 is 0.4%, 0.42 is 42%.</summary>
    public static string Percent(double? fraction) =>
        fraction is { } value && double.IsFinite(value) ? (value * 100).ToString(Math.Abs(value) < 0.0995 ? "0.#" : "0", CultureInfo.CurrentCulture) + "%" : FormatText.Unknown;

    /// <summary>12,345.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>"just now", "42 s ago", "3 min ago", "5 h ago", "12 d ago". A time of the future, by clocks that differ, is just now.</summary>
    public static string Ago(DateTimeOffset then, DateTimeOffset now) =>
        now - then < TimeSpan.FromSeconds(2) ? FormatText.JustNow : FormatText.Ago(Largest(now - then));

    /// <summary>The two largest units: 42 s, 3 min, 3 min 5 s, 1 h 20 min, 2 d 4 h; below a second in milliseconds.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
            return "-" + Duration(duration.Negate());
        if (duration < TimeSpan.FromSeconds(1))
            return FormatText.Milliseconds((long)duration.TotalMilliseconds);
        if (duration < TimeSpan.FromMinutes(1))
            return FormatText.Seconds(duration.Seconds);
        if (duration < TimeSpan.FromHours(1))
            return Two(FormatText.Minutes(duration.Minutes), FormatText.Seconds, duration.Seconds);
        return duration < TimeSpan.FromDays(1)
            ? Two(FormatText.Hours(duration.Hours), FormatText.Minutes, duration.Minutes)
            : Two(FormatText.Days((long)duration.TotalDays), FormatText.Hours, duration.Hours);
    }

    /// <summary>For titles: 2026-01-31 12:34:56 UTC.</summary>
    public static string ExactTime(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Largest(TimeSpan duration) => duration switch
    {
        { TotalMinutes: < 1 } => FormatText.Seconds((long)duration.TotalSeconds),
        { TotalHours: < 1 } => FormatText.Minutes((long)duration.TotalMinutes),
        { TotalDays: < 1 } => FormatText.Hours((long)duration.TotalHours),
        _ => FormatText.Days((long)duration.TotalDays),
    };

    private static string Two(string first, Func<long, string> unit, long second) => second == 0 ? first : $"{first} {unit(second)}";

    private static string Short(double value) => value.ToString(Math.Abs(value) < 99.95 ? "0.#" : "0", CultureInfo.CurrentCulture);
}
