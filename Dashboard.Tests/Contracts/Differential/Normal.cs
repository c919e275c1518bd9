using System.Text.RegularExpressions;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts.Differential;

/// <summary>Takes out of a text what two engines cannot have in common: ids, times, addresses, their own directories.</summary>
internal sealed partial class Normal(IDockerHost host)
{
    public string Of(string text)
    {
        text = text.Replace(host.DataRoot, "{data}", StringComparison.Ordinal).Replace(host.RunRoot, "{run}", StringComparison.Ordinal);
        text = LongId().Replace(text, "{id}");
        text = ShortId().Replace(text, "{id12}");
        text = Time().Replace(text, match => match.Value.StartsWith("0001-", StringComparison.Ordinal) ? match.Value : match.Groups[1].Success ? "{time.nano}" : "{time}");
        text = Age().Replace(text, "$1 {age}");
        text = Mac().Replace(text, "{mac}");
        // Networks of the two engines have different pools; those that a scenario asks for are in 10.99.
        text = Address().Replace(text, "{address}");
        return text;
    }

    [GeneratedRegex(@"\b[0-9a-f]{64}\b")]
    private static partial Regex LongId();

    [GeneratedRegex(@"\b(?=[a-f]*[0-9])[0-9a-f]{12}\b")]
    private static partial Regex ShortId();

    [GeneratedRegex(@"^(Up|Exited \(\d+\)|Restarting \(\d+\)) (Less than a second|About a minute|\d+ (seconds?|minutes))")]
    private static partial Regex Age();

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(?=Z|[+-]\d\d:\d\d)")]
    private static partial Regex Time();

    [GeneratedRegex(@"\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b")]
    private static partial Regex Mac();

    [GeneratedRegex(@"\b1(72|92)\.\d+\.\d+\.\d+\b")]
    private static partial Regex Address();
}
