namespace Dashboard.Tests.Shared;

/// <summary>A command that a test needed did something else than expected; the message has its whole output.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
