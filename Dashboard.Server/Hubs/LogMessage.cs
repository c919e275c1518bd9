namespace Dashboard.Server.Hubs;

/// <param name="Skipped">Lines that came and went before they could be sent.</param>
/// <param name="Failure">Why the log cannot be read at this moment; it is tried again.</param>
public sealed record LogMessage(IReadOnlyList<LogMessageLine> Lines, long Skipped, string? Failure);

/// <param name="Text">Without control sequences. It is the container's: encode it.</param>
public sealed record LogMessageLine(DateTimeOffset? Time, bool IsError, string Text);
