namespace Dashboard.Server.Configuration;

/// <summary>A wrong command line; the message is all that the user needs.</summary>
internal sealed class OptionException(string message) : Exception(message);
