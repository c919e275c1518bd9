using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Engine.Api.Text;

namespace Dashboard.Engine.Api.Filtering;

/// <summary>The <c>until</c> filter: a Unix time, RFC 3339, or a Go duration such as <c>1h30m</c> before now.</summary>
internal static partial class Timestamps
{
    public static long Parse(string value, TimeProvider clock)
    {
        if (!Duration().IsMatch(value)) return GoTime.ParseNanoseconds(value);
        var nanoseconds = Part().Matches(value).Sum(part => (decimal)double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * Unit(part.Groups[2].Value));
        return GoTime.UnixNanoseconds(clock.GetUtcNow()) - (long)nanoseconds;
    }

    private static decimal Unit(string unit) => unit switch
    {
        "h" => 3_600_000_000_000,
        "m" => 60_000_000_000,
        "s" => 1_000_000_000,
        "ms" => 1_000_000,
        "us" => 1_000,
        _ => 1,
    };

    [GeneratedRegex(@"^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$")]
    private static partial Regex Duration();

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]+)?)(ns|us|ms|s|m|h)")]
    private static partial Regex Part();
}
