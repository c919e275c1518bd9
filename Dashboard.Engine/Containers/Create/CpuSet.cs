using System.Globalization;

namespace Dashboard.Engine.Containers.Create;

/// <summary>The kernel's list format: <c>0-2,4</c> (cpuset(7)).</summary>
internal static class CpuSet
{
    public const int Highest = 8191;
    /// <summary>Every second of all processors, with room to spare; longer is nobody's list.</summary>
    private const int LengthMax = 64 << 10;

    /// <summary>Null when it is none.</summary>
    public static IReadOnlySet<int>? Parse(string text)
    {
        if (text.Length > LengthMax)
            return null;
        if (text is "")
            return new HashSet<int>();
        // Ranges may overlap thousands of times, so a range costs a fill and not its members.
        Span<bool> present = new bool[Highest + 1];
        foreach (var range in text.AsSpan().Split(','))
        {
            var part = text.AsSpan(range);
            var dash = part.IndexOf('-');
            if (Number(dash < 0 ? part : part[..dash]) is not { } first || Number(part[(dash + 1)..]) is not { } last || first > last)
                return null;
            present[first..(last + 1)].Fill(true);
        }
        var set = new HashSet<int>();
        for (var cpu = 0; cpu <= Highest; cpu++)
        {
            if (present[cpu])
                set.Add(cpu);
        }
        return set;
    }

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Highest ? number : null;
}
