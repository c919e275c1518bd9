namespace Dashboard.Client.Features.Containers.Terminal;

/// <summary>How a terminal ended, in the terms of its WebSocket.</summary>
/// <param name="Exit">The shell's code, when it is the shell that ended.</param>
/// <param name="Stopped">It ended with its container.</param>
/// <param name="Error">The key of a reason; the server's kinds, "lost" for a connection that broke, "page" for a script that did.</param>
/// <param name="Detail">The engine's own words.</param>
internal sealed record TerminalOutcome(long? Exit, bool Stopped, string? Error, string? Detail)
{
    /// <summary>The container is the cause, so its next start is the remedy.</summary>
    public bool EndsWithContainer => Stopped || Error is "notRunning" or "notFound";
}
