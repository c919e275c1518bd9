namespace Dashboard.Client.Streaming.Logs;

/// <summary>None, one of the 16 colours that the theme defines, or an exact one.</summary>
public readonly record struct AnsiColor
{
    private readonly int value;

    private AnsiColor(int value) => this.value = value;

    public bool IsNone => value == 0;

    /// <summary>0 to 15 for a colour of the theme (8 and up are the bright ones).</summary>
    public int? Named => value is > 0 and <= 16 ? value - 1 : null;

    /// <summary>0xRRGGBB for an exact colour.</summary>
    public int? Exact => value > 16 ? value - 17 : null;

    public static AnsiColor Name(int index) => new(index + 1);

    public static AnsiColor Rgb(int red, int green, int blue) => new(17 + (red << 16 | green << 8 | blue));

    /// <summary>xterm's 256: the 16 of the theme, a cube of 6x6x6, 24 greys.</summary>
    public static AnsiColor Palette(int index) => index switch
    {
        < 16 => Name(index),
        < 232 => Rgb(Level((index - 16) / 36), Level((index - 16) / 6 % 6), Level((index - 16) % 6)),
        _ => Rgb(8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)),
    };

    private static int Level(int step) => step == 0 ? 0 : 55 + 40 * step;
}
