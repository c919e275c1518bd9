namespace Dashboard.Client.Streaming.Logs;

/// <summary>What SGR can do to text besides colours. Blinking and hidden text are left out: neither belongs into a log.</summary>
[Flags]
public enum AnsiMarks
{
    None = 0,
    Bold = 1,
    Dim = 2,
    Italic = 4,
    Underline = 8,
    Inverse = 16,
    Strike = 32,
}
