namespace Dashboard.Client.Streaming.Logs;

/// <summary>How text looks: colours and weights as SGR sequences set them (ECMA-48, 8.3.117).</summary>
public readonly record struct AnsiStyle(AnsiColor Foreground, AnsiColor Background, AnsiMarks Marks)
{
    public bool IsPlain => this == default;
}
