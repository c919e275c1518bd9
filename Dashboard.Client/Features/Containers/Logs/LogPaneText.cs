namespace Dashboard.Client.Features.Containers.Logs;

/// <summary>The words of <see cref="LogPane"/>.</summary>
internal static class LogPaneText
{
    public const string Region = "Container log";
    public const string Search = "Search the log";
    public const string SearchHint = "Search  /";
    public const string Timestamps = "Timestamps";
    public const string TimestampsHint = "Show when each line was written, in UTC";
    public const string Copy = "Copy";
    public const string CopyHint = "Copy the lines shown, at most the newest 5,000";
    public const string Copied = "Copied";
    public const string NotCopied = "The browser refused to copy; select the lines and press Ctrl+C";
    public const string Clear = "Clear view";
    public const string ClearHint = "Hide what was written until now; the container's log keeps it";
    public const string Download = "Download";
    public const string DownloadHint = "The whole log as a text file";
    public const string Loading = "Reading the log";
    public const string Empty = "Nothing logged yet. Lines appear here as the container writes them.";
    public const string EmptyEnded = "The container is not running and has logged nothing.";
    public const string Cleared = "Cleared. New lines appear here.";
    public const string Ended = "The container is not running. The log goes on when it starts.";
    public const string Latest = "Latest ↓";
    public const string Retry = "Try again now";

    public static string Failed(string reason) => $"The log cannot be read at this moment: {reason}.";

    public static string Unseen(int count) => count == 1 ? "1 new line ↓" : $"{count:N0} new lines ↓";

    public static string Skipped(long count) => count == 1 ? "1 line skipped: only the newest are kept here" : $"{count:N0} lines skipped: only the newest are kept here";

    public static string Lines(int count) => count == 1 ? "1 line" : $"{count:N0} lines";

    public static string Matches(int count, int all) => $"{count:N0} of {Lines(all)}";

    public static string NoMatch(string query) => $"No line contains “{query}”.";

    public static string More(string size) => $" … {size} more";
}
