using Dashboard.Linux;
using Dashboard.Linux.Cgroups;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Runtime.Cgroups;
using static Dashboard.Linux.SyscallNumbers;

namespace Dashboard.Runtime.Launch;

/// <summary>Makes containers and runs processes in them. The order of a child's operations is that of the OCI runtime-spec's lifecycle; see <see cref="CloneCall"/> for the conversation.</summary>
internal static class Launcher
{
    private static readonly Dictionary<string, ulong> NamespaceFlags = new(StringComparer.Ordinal)
    {
        ["mount"] = 0x20000, ["cgroup"] = 0x2000000, ["uts"] = 0x4000000, ["ipc"] = 0x8000000, ["user"] = 0x10000000, ["pid"] = 0x20000000, ["network"] = 0x40000000,
    };

    private const ulong NewCgroup = 0x2000000, NewPid = 0x20000000, NewUser = 0x10000000;

    public static readonly CgroupLayout Layout = CgroupLayout.Detect();

    public static Cgroup? CgroupOf(Spec spec) => spec.Linux.CgroupsPath is { Length: > 0 } path ? Cgroup.For(Layout, path) : null;

    /// <summary>Clones the init; it mounts while the caller goes on, and waits.</summary>
    /// <exception cref="LaunchException">Nothing is left behind.</exception>
    public static InitProcess Create(LaunchRequest request)
    {
        Validate(request.Spec);
        var cgroup = CgroupOf(request.Spec);
        var call = new CloneCall();
        try
        {
            BuildInit(call, request, cgroup);
            cgroup?.Create(request.Spec.Linux.Resources);
            try
            {
                return Clone(call, request.Spec, cgroup);
            }
            catch
            {
                cgroup?.Remove();
                throw;
            }
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    private static void Validate(Spec spec)
    {
        if (spec.Process.Args.Count == 0)
            throw new LaunchException("process.args is empty: there is nothing to execute");
        if (!spec.Linux.Namespaces.Any(item => item.Type == "mount"))
            throw new LaunchException("linux.namespaces has no mount namespace: a container without its own would mount on the host");
        foreach (var item in spec.Linux.Namespaces)
        {
            if (!NamespaceFlags.ContainsKey(item.Type))
                throw new LaunchException($"namespace {item.Type} is not known");
        }
    }

    private static void BuildInit(CloneCall call, LaunchRequest request, Cgroup? cgroup)
    {
        var (table, spec) = (call.Table, request.Spec);
        table.Call("close of the parent's end", Close, call.ParentFd);
        call.ResetSignals();
        call.Isolate();
        Join(table, cgroup);
        call.Wait("wait for the parent");
        foreach (var item in spec.Linux.Namespaces.Where(item => item.Path is not null && item.Type != "pid"))
            Join(table, item);
        if (Creates(spec, "user"))
            BecomeRoot(table);
        // After the attach, so that this cgroup is the root of the namespace and /proc/self/cgroup reads "/".
        if (Creates(spec, "cgroup"))
            table.Call("unshare of the cgroup namespace", Unshare, NewCgroup);

        var rootfs = new RootfsOps(table, spec, request.RootfsPath, CgroupMountPlan.From(Layout));
        rootfs.Build();
        Names(table, spec);
        var stdio = new StdioOps(table, spec.Process, call.ChildFd);
        if (spec.Process.Terminal)
            stdio.Terminal(bindConsole: true);
        else
            stdio.Plain(request.StdinFd, request.StdoutFd, request.StderrFd);
        call.CloseOthers();
        rootfs.MakeWorkingDirectory(spec.Process.Cwd);
        call.Wait("wait for start");
        new SealOps(table, spec).Build();
        new CredentialOps(table, spec.Process, spec.Linux.Seccomp).Build();
        if (request.Init)
        {
            table.ForkInit();
            call.UnblockSignals();
        }
        new CredentialOps(table, spec.Process, null).Execute();
    }

    private static void Join(OpTable table, Cgroup? cgroup)
    {
        foreach (var file in cgroup?.JoinFiles ?? [])
        {
            var fd = table.NewSlot();
            table.Call($"open of {file}", Openat, -100, table.Text(file), Fcntl.O_WRONLY | Fcntl.O_CLOEXEC, save: fd);
            table.Call($"joining of cgroup {file}", Write, fd, table.Text("0"), 1);
            table.Call($"close of {file}", Close, fd);
        }
    }

    private static void Join(OpTable table, Namespace item)
    {
        var fd = table.NewSlot();
        table.Call($"open of namespace {item.Path}", Openat, -100, table.Text(item.Path!), Fcntl.O_CLOEXEC, save: fd);
        table.Call($"joining of {item.Type} namespace {item.Path}", Setns, fd, NamespaceFlags[item.Type]);
    }

    private static void BecomeRoot(OpTable table)
    {
        table.Call("setgroups in the user namespace", Setgroups, 0, 0);
        table.Call("setresgid in the user namespace", Setresgid, 0, 0, 0);
        table.Call("setresuid in the user namespace", Setresuid, 0, 0, 0);
    }

    private static void Names(OpTable table, Spec spec)
    {
        if (spec.Hostname is { Length: > 0 } hostname)
            table.Call("sethostname", Sethostname, table.Text(hostname), System.Text.Encoding.UTF8.GetByteCount(hostname));
        if (spec.Domainname is { Length: > 0 } domain)
            table.Call("setdomainname", Setdomainname, table.Text(domain), System.Text.Encoding.UTF8.GetByteCount(domain));
    }

    private static InitProcess Clone(CloneCall call, Spec spec, Cgroup? cgroup)
    {
        var flags = spec.Linux.Namespaces.Where(item => item.Path is null && item.Type != "cgroup").Aggregate(0ul, (all, item) => all | NamespaceFlags[item.Type]);
        var target = cgroup?.CloneTarget is { } directory ? Fcntl.open(directory, Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC, 0) : -1;
        var joined = JoinPidNamespace(spec);
        int pid, pidFd;
        try
        {
            (pid, pidFd) = call.Clone(flags, target);
        }
        finally
        {
            if (joined)
                LeavePidNamespace();
            if (target >= 0)
                Unistd.close(target);
        }
        var init = new InitProcess(call, pid, pidFd, cgroup, spec.Process);
        try
        {
            if (Creates(spec, "user"))
                MapIds(pid, spec.Linux);
            SetOomScore(pid, spec.Process.OomScoreAdj);
            call.Send(CloneCall.Go);
            return init;
        }
        catch
        {
            init.Abort();
            Unistd.close(pidFd);
            throw;
        }
    }

    // Lowering it needs CAP_SYS_RESOURCE; a host without it keeps ours.
    private static void SetOomScore(int pid, int? score)
    {
        if (score is { } value)
            _ = KernelFile.TryWrite($"/proc/{pid}/oom_score_adj", value.ToString());
    }

    private static void MapIds(int pid, LinuxSpec linux)
    {
        static string Lines(IReadOnlyList<IdMapping>? mappings) => string.Join('\n', (mappings ?? []).Select(map => $"{map.ContainerID} {map.HostID} {map.Size}"));
        KernelFile.Write($"/proc/{pid}/uid_map", Lines(linux.UidMappings));
        KernelFile.Write($"/proc/{pid}/gid_map", Lines(linux.GidMappings));
    }

    private static bool Creates(Spec spec, string type) => spec.Linux.Namespaces.Any(item => item.Type == type && item.Path is null);

    private static bool JoinPidNamespace(Spec spec)
    {
        if (spec.Linux.Namespaces.FirstOrDefault(item => item.Type == "pid" && item.Path is not null) is not { Path: { } path })
            return false;
        var fd = Fcntl.open(path, Fcntl.O_CLOEXEC, 0);
        var result = fd < 0 ? -1 : SetNs.setns(fd, (int)NewPid);
        var error = Errno.Last;
        if (fd >= 0)
            Unistd.close(fd);
        return result == 0 ? true : throw new LaunchException($"joining of pid namespace {path}: {Errno.Text(error)}");
    }

    private static void LeavePidNamespace()
    {
        var self = Fcntl.open("/proc/self/ns/pid", Fcntl.O_CLOEXEC, 0);
        _ = SetNs.setns(self, (int)NewPid);
        Unistd.close(self);
    }

    /// <summary>Runs a process in a container under the same confinement; returns when its program executes.</summary>
    /// <exception cref="LaunchException">It does not; nothing is left behind.</exception>
    public static unsafe ExecedProcess Exec(ExecRequest request)
    {
        if (request.Process.Args.Count == 0)
            throw new LaunchException("process.args is empty: there is nothing to execute");
        var spec = request.ContainerSpec;
        var flags = spec.Linux.Namespaces.Aggregate(0ul, (all, item) => all | NamespaceFlags[item.Type]);
        var init = Pidfd.pidfd_open(request.InitPid, 0);
        if (init < 0)
            throw new LaunchException($"the container's init {request.InitPid} is gone: {Errno.Text(Errno.Last)}");
        using var call = new CloneCall();
        var cgroup = CgroupOf(spec);
        var target = -1;
        try
        {
            BuildExec(call, request, init, flags & ~NewPid, cgroup);
            target = cgroup?.ExecTarget(request.InitPid) is { } directory ? Fcntl.open(directory, Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC, 0) : -1;
            // The pid namespace counts for children only, so it is the parent that joins, for the instant of the clone.
            if ((flags & NewPid) != 0 && SetNs.setns(init, (int)NewPid) != 0)
                throw new LaunchException($"joining of the container's pid namespace: {Errno.Text(Errno.Last)}");
            int pid, pidFd;
            try
            {
                (pid, pidFd) = call.Clone(0, target);
            }
            finally
            {
                if ((flags & NewPid) != 0)
                    LeavePidNamespace();
            }
            try
            {
                SetOomScore(pid, request.Process.OomScoreAdj ?? spec.Process.OomScoreAdj);
                call.Send(CloneCall.Go);
                return new(pid, pidFd, call.AwaitExec(request.Process.Args));
            }
            catch
            {
                Reap(pidFd);
                throw;
            }
        }
        finally
        {
            Unistd.close(init);
            if (target >= 0)
                Unistd.close(target);
        }
    }

    private static void BuildExec(CloneCall call, ExecRequest request, int init, ulong namespaces, Cgroup? cgroup)
    {
        var table = call.Table;
        table.Call("close of the parent's end", Close, call.ParentFd);
        call.ResetSignals();
        call.Isolate();
        Join(table, cgroup);
        call.Wait("wait for the parent");
        table.Call("joining of the container's namespaces", Setns, init, namespaces);
        if ((namespaces & NewUser) != 0)
            BecomeRoot(table);
        var stdio = new StdioOps(table, request.Process, call.ChildFd);
        if (request.Process.Terminal)
            stdio.Terminal(bindConsole: false);
        else
            stdio.Plain(request.StdinFd, request.StdoutFd, request.StderrFd);
        call.CloseOthers();
        var credentials = new CredentialOps(table, request.Process, request.ContainerSpec.Linux.Seccomp);
        credentials.Build();
        credentials.Execute();
    }

    private static unsafe void Reap(int pidFd)
    {
        _ = Pidfd.pidfd_send_signal(pidFd, Signal.SIGKILL);
        Pidfd.ChildInfo info;
        while (Pidfd.waitid(Pidfd.P_PIDFD, pidFd, &info, Pidfd.WEXITED) != 0 && Errno.Last == Errno.EINTR)
        {
        }
        Unistd.close(pidFd);
    }
}
