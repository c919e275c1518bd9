using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Runtime.Cgroups;

namespace Dashboard.Runtime.Launch;

/// <summary>A container's init between clone3 and execve: mounting, then waiting for <see cref="Start"/>.</summary>
internal sealed class InitProcess(CloneCall call, int pid, int pidFd, Cgroup? cgroup, Process process)
{
    public int Pid { get; } = pid;
    public int PidFd { get; } = pidFd;
    public Cgroup? Cgroup { get; } = cgroup;

    /// <summary>Releases it and waits for its program.</summary>
    /// <param name="consoleMasterFd">The master of the container's pty, or -1.</param>
    /// <exception cref="LaunchException">It does not run; it is dead, and reaped by <see cref="Abort"/>.</exception>
    public void Start(out int consoleMasterFd)
    {
        try
        {
            call.Send(CloneCall.Start);
            consoleMasterFd = call.AwaitExec(process.Args);
        }
        catch (LaunchException)
        {
            Abort();
            throw;
        }
        call.Dispose();
    }

    /// <summary>Kills and reaps it, and removes its cgroup. Leaves <see cref="PidFd"/> to its owner.</summary>
    public unsafe void Abort()
    {
        _ = Pidfd.pidfd_send_signal(PidFd, Signal.SIGKILL);
        Pidfd.ChildInfo info;
        while (Pidfd.waitid(Pidfd.P_PIDFD, PidFd, &info, Pidfd.WEXITED) != 0 && Errno.Last == Errno.EINTR)
        {
        }
        Cgroup?.Kill();
        Cgroup?.Remove();
        call.Dispose();
    }
}
