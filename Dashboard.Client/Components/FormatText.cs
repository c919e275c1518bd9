using Dashboard.Client.Resources;
using Microsoft.Extensions.Localization;

namespace Dashboard.Client.Components;

/// <summary>The words that <see cref="Format"/> puts around numbers.</summary>
internal static class FormatText
{
    public const string Unknown = "–";

    public static string JustNow => Text["just now"];

    private static IStringLocalizer<Text> Text => Localizer.Text;

    public static string Bytes(long bytes) => Text["{0:N0} bytes", bytes];

    public static string PerSecond(string amount) => Text["{0}/s", amount];

    public static string Of(string part, string whole) => Text["{0} of {1}", part, whole];

    public static string OfCpus(string part, double cpus) => cpus == 1 ? Text["{0} of 1 CPU", part] : Text["{0} of {1:0.##} CPUs", part, cpus];

    public static string Ago(string duration) => Text["{0} ago", duration];

    public static string Milliseconds(long count) => Text["{0} ms", count];

    public static string Seconds(long count) => Text["{0} s", count];

    public static string Minutes(long count) => Text["{0} min", count];

    public static string Hours(long count) => Text["{0} h", count];

    public static string Days(long count) => Text["{0} d", count];
}
