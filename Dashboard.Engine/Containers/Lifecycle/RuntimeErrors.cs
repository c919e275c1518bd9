using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>What the runtime says of a program that it cannot run, in the sentences that Docker's clients know and parse.</summary>
internal static class RuntimeErrors
{
    private const string CreatePrefix = "failed to create task for container: ";

    public static EngineException OfStart(EngineException error)
    {
        if (error.ExitCode is null)
            return error;
        var reason = error.Message.StartsWith(CreatePrefix, StringComparison.Ordinal) ? error.Message[CreatePrefix.Length..] : error.Message;
        return Of(error, $"{CreatePrefix}failed to create shim task: OCI runtime create failed: unable to start container process: {reason}: unknown");
    }

    public static EngineException OfExec(EngineException error) => error.ExitCode is null
        ? error
        : Of(error, $"OCI runtime exec failed: exec failed: unable to start container process: {error.Message}: unknown");

    // The command is the request's, everything else is ours.
    private static EngineException Of(EngineException error, string message) =>
        new(error.ExitCode is 126 or 127 ? ErrorKind.InvalidParameter : error.Kind, message, error) { ExitCode = error.ExitCode };
}
