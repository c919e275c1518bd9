using System.Globalization;

namespace Dashboard.Engine.Api.Text;

/// <summary>Sizes as Docker prints them (go-units, HumanSize): four digits and a decimal unit, <c>36.45kB</c>.</summary>
internal static class HumanSize
{
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    public static string Format(long bytes)
    {
        double size = bytes;
        var unit = 0;
        for (; size >= 1000 && unit < s_units.Length - 1; unit++) size /= 1000;
        return size.ToString("G4", CultureInfo.InvariantCulture) + s_units[unit];
    }

    /// <summary>The bar of clients that print what they are sent (moby, pkg/jsonmessage): <c>[==&gt;   ]  36.45kB/3.001MB</c>.</summary>
    public static string Bar(long current, long total)
    {
        if (current <= 0 && total <= 0) return "";
        if (total <= 0) return Format(current).PadLeft(8);
        var half = (int)Math.Min(50, current * 100.0 / total / 2);
        var numbers = current > total ? Format(current).PadLeft(8) : $"{Format(current),8}/{Format(total)}";
        return $"[{new string('=', half)}>{new string(' ', 50 - half)}] {numbers}";
    }
}
