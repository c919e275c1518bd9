using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Runtime.Launch;

/// <summary>A container to make. The fds become 0, 1 and 2 of its program; -1 with a terminal, whose master comes back instead.</summary>
internal sealed record LaunchRequest
{
    public required Spec Spec { get; init; }
    /// <summary>Absolute; mounted in this mount namespace.</summary>
    public required string RootfsPath { get; init; }
    public int StdinFd { get; init; } = -1;
    public int StdoutFd { get; init; } = -1;
    public int StderrFd { get; init; } = -1;
    /// <summary>PID 1 is our reap-and-forward loop.</summary>
    public bool Init { get; init; }
}

/// <summary>A process to run inside a container that <see cref="Launcher.Create"/> made, under the same confinement.</summary>
internal sealed record ExecRequest
{
    public required Process Process { get; init; }
    public required Spec ContainerSpec { get; init; }
    /// <summary>Host pid of the container's init.</summary>
    public required int InitPid { get; init; }
    public int StdinFd { get; init; } = -1;
    public int StdoutFd { get; init; } = -1;
    public int StderrFd { get; init; } = -1;
}

/// <summary>A process that runs; the caller closes the fds and reaps by <see cref="PidFd"/>.</summary>
internal readonly record struct ExecedProcess(int Pid, int PidFd, int ConsoleMasterFd);
