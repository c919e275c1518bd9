using System.Globalization;

namespace Dashboard.Client.Features.Run;

/// <summary>Sizes as docker run takes them: 512m, 1.5g, 6291456; units are powers of 1,024.</summary>
public static class SizeText
{
    private const string Units = "kmgtp";

    public static long? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var number = text.Trim().ToLowerInvariant();
        number = number.EndsWith("ib", StringComparison.Ordinal) ? number[..^2] : number.EndsWith('b') ? number[..^1] : number;
        var unit = number.Length > 0 ? Units.IndexOf(number[^1], StringComparison.Ordinal) : -1;
        if (unit >= 0)
            number = number[..^1].TrimEnd();
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return null;
        for (; unit >= 0; unit--)
        {
            if (value > long.MaxValue / 1024m)
                return null;
            value *= 1024;
        }
        return value <= long.MaxValue ? (long)value : null;
    }

    /// <summary>The shortest exact form.</summary>
    public static string Of(long bytes)
    {
        var unit = -1;
        while (bytes > 0 && bytes % 1024 == 0 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }
        return bytes.ToString(CultureInfo.InvariantCulture) + (unit < 0 ? "" : Units[unit]);
    }
}
