namespace Dashboard.Client.Streaming.Logs;

/// <summary>So many characters in one style.</summary>
public readonly record struct AnsiSpan(int Length, AnsiStyle Style);
