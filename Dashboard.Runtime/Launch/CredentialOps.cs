using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Runtime.Seccomp;
using static Dashboard.Linux.SyscallNumbers;

namespace Dashboard.Runtime.Launch;

/// <summary>
/// From the finished root file system to execve: limits, capabilities, ids, working directory, seccomp. The order has
/// reasons: without no_new_privs the filter needs CAP_SYS_ADMIN and so comes before the drop; the bounding set needs
/// CAP_SETPCAP and so comes before setresuid; fds are marked close-on-exec last, so that nothing opened here leaks.
/// </summary>
internal sealed unsafe class CredentialOps(OpTable table, Process process, Oci.RuntimeSpec.Seccomp? seccomp)
{
    private const int PrCapBsetDrop = 24, PrSetKeepCaps = 8, PrSetNoNewPrivs = 38, PrCapAmbient = 47;
    private const int AmbientRaise = 2, AmbientClearAll = 4;
    private const ulong SysResource = 1ul << 24;

    private static readonly string[] LimitNames = ["CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME"];

    public void Build()
    {
        var asRoot = EnterAsRoot();
        foreach (var limit in process.Rlimits)
            Limit(limit);
        var program = seccomp is null ? default : SeccompCompiler.Compile(seccomp);
        if (seccomp is not null && !process.NoNewPrivileges)
            InstallFilter(program);
        Ids(process.Capabilities ?? new Capabilities());
        var asUser = table.NewSlot();
        table.Call($"chdir to {process.Cwd}", Chdir, table.Text(process.Cwd), save: asUser, ignore: Errno.EACCES, ignore2: Errno.EPERM);
        table.AnyOf($"chdir to {process.Cwd}", asRoot, asUser, Errno.EACCES);
        table.Call("umask", Umask, process.User.Umask ?? 0x12);
        table.Call("close_range", CloseRange, 3, unchecked((nint)0xffffffffu), 4);
        if (process.NoNewPrivileges)
        {
            table.Call("no_new_privs", Prctl, PrSetNoNewPrivs, 1);
            if (seccomp is not null)
                InstallFilter(program);
        }
    }

    // Twice, as runc does: root may enter what the user cannot (WORKDIR /root), and the user what root cannot (NFS).
    private Slot EnterAsRoot()
    {
        var entered = table.NewSlot();
        table.Call($"chdir to {process.Cwd}", Chdir, table.Text(process.Cwd), save: entered, ignore: Errno.EACCES, ignore2: Errno.EPERM);
        // The kernel's name of a directory outside of the root starts with "(unreachable)".
        var name = table.Zeroed(4096);
        table.Call($"name of {process.Cwd}", Getcwd, name, 4096, ignore: 34 /* ERANGE: longer, and so inside */);
        table.Refuse32($"chdir to {process.Cwd}", name, BitConverter.ToUInt32("(unr"u8), Errno.ENOENT);
        return entered;
    }

    public void Execute()
    {
        var (argv, envp) = (table.Vector(process.Args), table.Vector(process.Env));
        var name = process.Args[0];
        if (name.Contains('/'))
        {
            table.Call("execve", Execve, table.Text(name), argv, envp);
            return;
        }
        var path = process.Env.LastOrDefault(entry => entry.StartsWith("PATH=", StringComparison.Ordinal))?[5..] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        foreach (var directory in path.Split(':'))
            table.Call("execve in $PATH", Execve, table.Text($"{(directory.Length == 0 ? "." : directory)}/{name}"), argv, envp, ignore: Errno.ENOENT, ignore2: 20, ignore3: Errno.EACCES);
        // Reached when no entry had it: a call that fails with ENOENT by itself.
        table.Call("search of $PATH", Execve, table.Text(""), argv, envp);
    }

    private void Limit(Rlimit limit)
    {
        var resource = Array.IndexOf(LimitNames, limit.Type.StartsWith("RLIMIT_", StringComparison.Ordinal) ? limit.Type[7..] : limit.Type);
        if (resource < 0)
            throw new LaunchException($"rlimit {limit.Type} is not known");
        var hard = limit.Hard;
        if ((CapabilitySet.OwnEffective & SysResource) == 0)
        {
            Resource.rlimit own;
            if (Resource.prlimit(0, resource, null, &own) == 0)
                hard = Math.Min(hard, own.rlim_max);
        }
        var value = table.Bytes([.. BitConverter.GetBytes(Math.Min(limit.Soft, hard)), .. BitConverter.GetBytes(hard)]);
        table.Call($"rlimit {limit.Type}", Prlimit64, 0, resource, value, 0);
    }

    private void InstallFilter(SeccompProgram program) =>
        table.Call("seccomp filter", SyscallNumbers.Seccomp, 1, program.Flags, program.FprogPointer);

    private void Ids(Capabilities capabilities)
    {
        var own = CapabilitySet.OwnBounding;
        var bounding = CapabilitySet.Parse(capabilities.Bounding) & own;
        for (var i = 0; i < CapabilitySet.Count; i++)
        {
            if ((bounding & (1ul << i)) == 0)
                table.Call("drop from the bounding set", Prctl, PrCapBsetDrop, i, ignore: Errno.EINVAL);
        }
        table.Call("keepcaps", Prctl, PrSetKeepCaps, 1);
        var groups = table.Zeroed(Math.Max(4, process.User.AdditionalGids.Count * 4));
        for (var i = 0; i < process.User.AdditionalGids.Count; i++)
            ((uint*)groups)[i] = process.User.AdditionalGids[i];
        table.Call("setgroups", Setgroups, process.User.AdditionalGids.Count, groups);
        table.Call("setresgid", Setresgid, process.User.Gid, process.User.Gid, process.User.Gid);
        table.Call("setresuid", Setresuid, process.User.Uid, process.User.Uid, process.User.Uid);

        var effective = CapabilitySet.Parse(capabilities.Effective) & own;
        var permitted = CapabilitySet.Parse(capabilities.Permitted) & own;
        var inheritable = CapabilitySet.Parse(capabilities.Inheritable) & own;
        var header = table.Bytes([.. BitConverter.GetBytes(0x20080522), .. new byte[4]]);
        uint[] words = [(uint)effective, (uint)permitted, (uint)inheritable, (uint)(effective >> 32), (uint)(permitted >> 32), (uint)(inheritable >> 32)];
        table.Call("capset", Capset, header, table.Bytes([.. words.SelectMany(BitConverter.GetBytes)]));
        table.Call("clear of ambient capabilities", Prctl, PrCapAmbient, AmbientClearAll);
        var ambient = CapabilitySet.Parse(capabilities.Ambient) & inheritable & permitted;
        for (var i = 0; i < CapabilitySet.Count; i++)
        {
            if ((ambient & (1ul << i)) != 0)
                table.Call("ambient capability", Prctl, PrCapAmbient, AmbientRaise, i);
        }
        table.Call("keepcaps off", Prctl, PrSetKeepCaps, 0);
    }
}
