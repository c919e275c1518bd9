namespace Dashboard.Client.Streaming.Logs;

/// <summary>What a log feed is doing.</summary>
public enum LogFeedState
{
    /// <summary>Nothing was read yet.</summary>
    Loading,
    /// <summary>New lines come as they are written.</summary>
    Following,
    /// <summary>The container does not run; the feed goes on when it starts.</summary>
    Ended,
}
