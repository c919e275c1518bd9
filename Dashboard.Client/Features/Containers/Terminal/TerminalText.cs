namespace Dashboard.Client.Features.Containers.Terminal;

/// <summary>Every word that <see cref="TerminalPane"/> shows.</summary>
internal static class TerminalText
{
    public const string Label = "Terminal. Ctrl+Shift+Arrow up leaves it.";
    public const string Keys = "Ctrl+Shift+C copies, Ctrl+Shift+V pastes, Ctrl+Shift+↑ leaves the terminal";
    public const string NotRunning = "The container is not running.";
    public const string NotRunningNext = "The terminal opens by itself when it is started.";
    public const string Opening = "Opening a shell…";
    public const string StartAgain = "Start again";
    public const string Details = "Details";

    /// <summary>One line on why a terminal ended.</summary>
    public static string Reason(TerminalOutcome outcome) => outcome switch
    {
        { Stopped: true } => "The container stopped.",
        { Exit: { } code } => $"The shell ended with code {code}.",
        { Error: "notFound" } => "The container is not there any more.",
        { Error: "notRunning" } => "The container cannot run a shell now.",
        { Error: "noShell" } => "The image has no shell: neither bash, ash nor sh was found in it.",
        { Error: "signedOut" } => "You are signed out. Sign in to open a terminal.",
        { Error: "stopping" } => "Dashboard is stopping.",
        { Error: "tooLarge" or "badMessage" } => "The terminal was closed: the server did not understand this page. Reload it.",
        { Error: "lost" } => "The connection was lost, and the shell was ended.",
        { Error: "page" } => "The terminal could not be loaded in this browser. Reload the page.",
        _ => "The engine could not give a terminal.",
    };
}
