namespace Dashboard.Runtime.Launch;

/// <summary>Why a container's or exec's program does not run, in runc's words; <see cref="ExitCode"/> as a shell would give it (127, 126) or 128.</summary>
internal sealed class LaunchException(string message, int exitCode = 128) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
