namespace Dashboard.Client.Components;

/// <summary>The words that <see cref="Format"/> puts around numbers.</summary>
internal static class FormatText
{
    public const string Unknown = "–";
    public const string JustNow = "just now";

    public static string Bytes(long bytes) => $"{bytes:N0} bytes";

    public static string PerSecond(string amount) => $"{amount}/s";

    public static string Of(string part, string whole) => $"{part} of {whole}";

    public static string OfCpus(string part, double cpus) => $"{part} of {cpus:0.##} {(cpus == 1 ? "CPU" : "CPUs")}";

    public static string Ago(string duration) => $"{duration} ago";

    public static string Milliseconds(long count) => $"{count} ms";

    public static string Seconds(long count) => $"{count} s";

    public static string Minutes(long count) => $"{count} min";

    public static string Hours(long count) => $"{count} h";

    public static string Days(long count) => $"{count} d";
}
