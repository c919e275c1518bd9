using System.Globalization;

namespace Dashboard.Engine.Containers.Create;

/// <summary>The kernel's list format: <c>0-2,4</c> (cpuset(7)).</summary>
internal static class CpuSet
{
    private const int Highest = 8191;

    /// <summary>Null when it is none.</summary>
    public static IReadOnlySet<int>? Parse(string text)
    {
        var set = new SortedSet<int>();
        if (text is "")
            return set;
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || Number(ends[0]) is not { } first || Number(ends[^1]) is not { } last || first > last)
                return null;
            for (var cpu = first; cpu <= last; cpu++)
                set.Add(cpu);
        }
        return set;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Highest ? number : null;
}
