using System.Globalization;

namespace Dashboard.Client.Streaming.Logs;

/// <summary>Select Graphic Rendition: "1;31", "38;5;208", "38;2;255;128;0", and the form with colons, "38:2::255:128:0".</summary>
internal static class Sgr
{
    private const int MaximumParameters = 32;

    public static AnsiStyle Apply(AnsiStyle style, string parameters)
    {
        if (parameters.Length == 0)
            return default;
        var codes = parameters.Split(';', MaximumParameters + 1);
        for (var index = 0; index < Math.Min(codes.Length, MaximumParameters); index++)
        {
            if (codes[index].Contains(':', StringComparison.Ordinal))
            {
                style = Colons(style, codes[index].Split(':'));
                continue;
            }
            var code = Number(codes[index]);
            if (code is 38 or 48)
            {
                var (color, taken) = Extended(codes.AsSpan(index + 1));
                index += taken;
                if (color is { } exact)
                    style = code == 38 ? style with { Foreground = exact } : style with { Background = exact };
                continue;
            }
            style = One(style, code);
        }
        return style;
    }

    private static AnsiStyle One(AnsiStyle style, int code) => code switch
    {
        0 => default,
        1 => style with { Marks = style.Marks | AnsiMarks.Bold },
        2 => style with { Marks = style.Marks | AnsiMarks.Dim },
        3 => style with { Marks = style.Marks | AnsiMarks.Italic },
        4 => style with { Marks = style.Marks | AnsiMarks.Underline },
        7 => style with { Marks = style.Marks | AnsiMarks.Inverse },
        9 => style with { Marks = style.Marks | AnsiMarks.Strike },
        22 => style with { Marks = style.Marks & ~(AnsiMarks.Bold | AnsiMarks.Dim) },
        23 => style with { Marks = style.Marks & ~AnsiMarks.Italic },
        24 => style with { Marks = style.Marks & ~AnsiMarks.Underline },
        27 => style with { Marks = style.Marks & ~AnsiMarks.Inverse },
        29 => style with { Marks = style.Marks & ~AnsiMarks.Strike },
        >= 30 and <= 37 => style with { Foreground = AnsiColor.Name(code - 30) },
        39 => style with { Foreground = default },
        >= 40 and <= 47 => style with { Background = AnsiColor.Name(code - 40) },
        49 => style with { Background = default },
        >= 90 and <= 97 => style with { Foreground = AnsiColor.Name(code - 82) },
        >= 100 and <= 107 => style with { Background = AnsiColor.Name(code - 92) },
        _ => style,
    };

    private static (AnsiColor? Color, int Taken) Extended(ReadOnlySpan<string> codes)
    {
        if (codes.Length >= 2 && codes[0] == "5")
            return (Byte(codes[1]) is { } index ? AnsiColor.Palette(index) : null, 2);
        if (codes.Length >= 4 && codes[0] == "2")
            return (Rgb(codes[1], codes[2], codes[3]), 4);
        return (null, codes.Length);
    }

    private static AnsiStyle Colons(AnsiStyle style, string[] parts)
    {
        if (parts[0] is not ("38" or "48"))
            return parts[0] == "4" ? One(style, parts[1] == "0" ? 24 : 4) : style;
        // The form with a colour space has one more part than the one that most programs write.
        var color = parts switch
        {
            [_, "5", var index, ..] => Byte(index) is { } known ? AnsiColor.Palette(known) : null,
            [_, "2", var red, var green, var blue] => Rgb(red, green, blue),
            [_, "2", _, var red, var green, var blue, ..] => Rgb(red, green, blue),
            _ => (AnsiColor?)null,
        };
        if (color is not { } exact)
            return style;
        return parts[0] == "38" ? style with { Foreground = exact } : style with { Background = exact };
    }

    private static AnsiColor? Rgb(string red, string green, string blue) =>
        (Byte(red), Byte(green), Byte(blue)) is ({ } r, { } g, { } b) ? AnsiColor.Rgb(r, g, b) : null;

    private static int? Byte(string text) => Number(text) is var number and >= 0 and <= 255 ? number : null;

    // A parameter that is left out counts as 0; one that is no number, as none that we know.
    private static int Number(string text) => text.Length == 0 ? 0 : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
