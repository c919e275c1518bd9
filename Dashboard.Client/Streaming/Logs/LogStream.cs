namespace Dashboard.Client.Streaming.Logs;

/// <summary>Where a line was written to; a container with a terminal has only one.</summary>
public enum LogStream
{
    Out,
    Error,
}
