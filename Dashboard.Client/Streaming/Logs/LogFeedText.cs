namespace Dashboard.Client.Streaming.Logs;

/// <summary>The words of <see cref="LogFeed"/>.</summary>
internal static class LogFeedText
{
    public static string Refused(bool gone, string reason) => gone ? "the container no longer exists" : $"the engine refused to read the log ({reason})";
}
