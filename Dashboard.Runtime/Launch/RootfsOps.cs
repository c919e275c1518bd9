using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;
using static Dashboard.Linux.SyscallNumbers;

namespace Dashboard.Runtime.Launch;

/// <summary>
/// The mount part of a container's life before its program: enter the new root first, mount afterwards. From the pivot on
/// "/" is the container's own root and the host's is detached, so no symlink of an image can lead a mount outside.
/// </summary>
internal sealed class RootfsOps(OpTable table, Spec spec, string rootfs, CgroupMountPlan cgroups)
{
    private const int AtFdCwd = -100;
    private const int OPath = Fcntl.O_PATH, OCloexec = Fcntl.O_CLOEXEC, OCreat = Fcntl.O_CREAT;
    private const int EmptyPath = 0x1000, Recursive = 0x8000, OpenTreeClone = 1, MoveFromEmptyFollowTo = 4 | 0x10;
    private const ulong ResolveBeneath = 8, ResolveNoMagicLinks = 2;
    private const uint ProcMagic = 0x9fa0;
    private const int EEXIST = Errno.EEXIST, ENOENT = Errno.ENOENT;

    // Every runtime supplies these (config-linux.md, "Default Devices"); the masks bind /dev/null.
    private static readonly DeviceNode[] DefaultDevices =
    [
        new() { Path = "/dev/null", Type = "c", Major = 1, Minor = 3 },
        new() { Path = "/dev/zero", Type = "c", Major = 1, Minor = 5 },
        new() { Path = "/dev/full", Type = "c", Major = 1, Minor = 7 },
        new() { Path = "/dev/random", Type = "c", Major = 1, Minor = 8 },
        new() { Path = "/dev/urandom", Type = "c", Major = 1, Minor = 9 },
        new() { Path = "/dev/tty", Type = "c", Major = 5, Minor = 0 },
    ];

    private readonly Dictionary<Mount, Slot> bindSources = [];
    private readonly MountTargets targets = new(rootfs);

    private static int ODirectory => Fcntl.O_DIRECTORY;

    /// <summary>Propagation, sources of binds, pivot, all mounts and devices.</summary>
    public void Build()
    {
        // A copy that shall pass its mounts on to the host is taken while its source is still the host's peer.
        OpenBindSources(shared: true);
        table.Call("mount propagation of /", SyscallNumbers.Mount, 0, table.Text("/"), 0, MountOptions.PropagationOf(spec.Linux.RootfsPropagation) is var flags && (flags & MountOptions.Shared) != 0 ? MountOptions.Slave | MountOptions.Rec : flags);
        OpenBindSources(shared: false);
        Pivot();
        foreach (var mount in spec.Mounts)
            One(mount);
        Devices();
    }

    private void OpenBindSources(bool shared)
    {
        foreach (var mount in spec.Mounts)
        {
            var options = MountOptions.Parse(mount.Options);
            if (!options.Bind || (options.Propagation & MountOptions.Shared) != 0 != shared)
                continue;
            var slot = table.NewSlot();
            var source = mount.Source ?? throw new LaunchException($"mount {mount.Destination}: a bind mount needs a source");
            var flags = OpenTreeClone | OCloexec | (options.Recursive ? Recursive : 0);
            if (mount.Subpath is null)
                table.Call($"open of bind source {source}", OpenTree, AtFdCwd, table.Text(source), flags, save: slot);
            else
                table.Call($"open of bind source {source}/{mount.Subpath}", OpenTree, OpenBeneath(source, mount.Subpath), table.Text(""), flags | EmptyPath, save: slot);
            bindSources[mount] = slot;
        }
    }

    // Other containers write there: a link is followed only where it stays below the source, and what was found is what is mounted.
    private Slot OpenBeneath(string source, string subpath)
    {
        var (directory, place) = (table.NewSlot(), table.NewSlot());
        table.Call($"open of bind source {source}", Openat, AtFdCwd, table.Text(source), OPath | ODirectory | OCloexec, save: directory);
        // struct open_how { u64 flags, mode, resolve }
        var how = table.Bytes([.. BitConverter.GetBytes((ulong)(OPath | OCloexec)), .. new byte[8], .. BitConverter.GetBytes(ResolveBeneath | ResolveNoMagicLinks)]);
        table.Call($"open of {subpath} in {source}", Openat2, directory, table.Text(subpath), how, 24, save: place);
        return place;
    }

    private void Pivot()
    {
        var (oldRoot, newRoot) = (table.NewSlot(), table.NewSlot());
        var path = table.Text(rootfs);
        table.Call($"bind of root file system {rootfs}", SyscallNumbers.Mount, path, path, 0, MountOptions.BindFlag | MountOptions.Rec);
        table.Call("open of /", Openat, AtFdCwd, table.Text("/"), OPath | ODirectory | OCloexec, save: oldRoot);
        table.Call("open of the new root", Openat, AtFdCwd, path, OPath | ODirectory | OCloexec, save: newRoot);
        table.Call("fchdir to the new root", Fchdir, newRoot);
        var dot = table.Text(".");
        table.Call("pivot_root", PivotRoot, dot, dot);
        table.Call("fchdir to the old root", Fchdir, oldRoot);
        // Slave first: unmounting must not travel to the host.
        table.Call("slave propagation of the old root", SyscallNumbers.Mount, 0, dot, 0, MountOptions.Slave | MountOptions.Rec);
        table.Call("detach of the old root", Umount2, dot, 2);
        table.Call("chdir to /", Chdir, table.Text("/"));
    }

    private void One(Mount mount)
    {
        var options = MountOptions.Parse(mount.Options);
        var target = targets.Take(mount.Destination, mount.Type, mount.Source);
        if (options.Bind)
        {
            Bind(mount, target, options);
            return;
        }
        if (mount.Type == "cgroup")
        {
            Cgroup(target, options);
            return;
        }
        MakeDirectories(target);
        // The kernel's own interfaces are trusted by masks that follow: they must be where their name says.
        if (mount.Type is "proc" or "sysfs" || mount.Destination == "/dev")
        {
            var checkedPath = table.NewSlot();
            table.Call($"check that {mount.Destination} is a directory and no symlink", Openat, AtFdCwd, table.Text(mount.Destination), OPath | ODirectory | Fcntl.O_NOFOLLOW | OCloexec, save: checkedPath);
        }
        else
        {
            RefuseProc(mount.Destination, target);
        }
        var data = options.Data;
        // A tmpfs has mode 1777 by itself; over a directory of the image it takes that one's.
        if (mount.Type == "tmpfs" && !data.Contains("mode=", StringComparison.Ordinal) && targets.ModeOf(target) is { } mode)
            data = $"{data}{(data.Length > 0 ? "," : "")}mode={Convert.ToString(mode, 8)}";
        table.Call($"mount of {mount.Type} at {mount.Destination}", SyscallNumbers.Mount, table.Text(mount.Source ?? mount.Type ?? "none"), table.Text(target), table.Text(mount.Type ?? "none"), options.Flags, table.Text(data));
        Propagate(target, options);
    }

    // A volume's symlink, which nobody has followed beforehand, might lead into /proc and cover it.
    private void RefuseProc(string destination, string target)
    {
        if (MountTargets.IsUnder(target, "/proc"))
            return;
        var (place, fileSystem) = (table.NewSlot(), table.Zeroed(128));
        table.Call($"open of {destination}", Openat, AtFdCwd, table.Text(target), OPath | OCloexec, save: place);
        table.Call($"fstatfs of {destination}", Fstatfs, place, fileSystem);
        table.Refuse32($"mount at {destination}, which leads into /proc", fileSystem, ProcMagic, Errno.EXDEV);
        table.Call($"close of {destination}", Close, place);
    }

    private void Bind(Mount mount, string target, MountOptions options)
    {
        var source = bindSources[mount];
        if (Directory.Exists(mount.Subpath is null ? mount.Source : Path.Combine(mount.Source!, mount.Subpath)))
        {
            MakeDirectories(target);
        }
        else
        {
            MakeDirectories(Parent(target));
            var file = table.NewSlot();
            table.Call($"creation of mount point {mount.Destination}", Openat, AtFdCwd, table.Text(target), OCreat | OCloexec | 0x800, 0x1a4, save: file, ignore: EEXIST, ignore2: 6 /* ENXIO: a socket */, ignore3: 26 /* ETXTBSY */);
        }
        RefuseProc(mount.Destination, target);
        if (options.ReadOnlyBelow)
        {
            // struct mount_attr { u64 attr_set, attr_clr, propagation, userns_fd }: read-only through all submounts.
            var attributes = table.Bytes(BitConverter.GetBytes(1ul).Concat(new byte[24]).ToArray());
            table.Call($"recursive read-only bind at {mount.Destination}", MountSetattr, source, table.Text(""), EmptyPath | Recursive, attributes, 32);
        }
        table.Call($"bind of {mount.Source} at {mount.Destination}", MoveMount, source, table.Text(""), AtFdCwd, table.Text(target), MoveFromEmptyFollowTo);
        if (options.Flags != 0)
            table.Call($"remount of {mount.Destination}", SyscallNumbers.Mount, 0, table.Text(target), 0, options.Flags | MountOptions.Remount | MountOptions.BindFlag);
        Propagate(target, options);
    }

    private void Cgroup(string target, MountOptions options)
    {
        MakeDirectories(target);
        if (cgroups.Hierarchies.Count == 0)
        {
            table.Call($"mount of cgroup2 at {target}", SyscallNumbers.Mount, table.Text("cgroup"), table.Text(target), table.Text("cgroup2"), options.Flags, table.Text(""));
            return;
        }
        table.Call($"mount of tmpfs at {target}", SyscallNumbers.Mount, table.Text("tmpfs"), table.Text(target), table.Text("tmpfs"), options.Flags & ~MountOptions.ReadOnly, table.Text("mode=755"));
        foreach (var (name, data) in cgroups.Hierarchies)
        {
            var path = $"{target}/{name}";
            table.Call($"creation of {path}", Mkdirat, AtFdCwd, table.Text(path), 0x1ed, ignore: EEXIST);
            table.Call($"mount of cgroup {name}", SyscallNumbers.Mount, table.Text("cgroup"), table.Text(path), table.Text("cgroup"), options.Flags, table.Text(data));
        }
        foreach (var (link, name) in cgroups.Links)
            table.Call($"link {link}", Symlinkat, table.Text(name), AtFdCwd, table.Text($"{target}/{link}"), ignore: EEXIST);
        if ((options.Flags & MountOptions.ReadOnly) != 0)
            table.Call($"remount of {target}", SyscallNumbers.Mount, 0, table.Text(target), 0, options.Flags | MountOptions.Remount | MountOptions.BindFlag);
    }

    private void Devices()
    {
        foreach (var device in DefaultDevices.Where(known => !spec.Linux.Devices.Any(device => device.Path == known.Path)).Concat(spec.Linux.Devices))
        {
            var type = device.Type switch { "b" => 0x6000u, "p" => 0x1000u, "c" or "u" => 0x2000u, _ => throw new LaunchException($"device {device.Path}: type {device.Type} is not known") };
            var mode = device.FileMode ?? 0x1b6;
            var number = ((device.Major & 0xfff) << 8) | (device.Minor & 0xff) | ((device.Minor & ~0xffL) << 12);
            MakeDirectories(Parent(device.Path));
            var path = table.Text(device.Path);
            table.Call($"creation of device {device.Path}", Mknodat, AtFdCwd, path, type | mode, (nint)number, ignore: EEXIST);
            table.Call($"mode of device {device.Path}", Fchmodat, AtFdCwd, path, mode & 0xfff);
            table.Call($"owner of device {device.Path}", Fchownat, AtFdCwd, path, device.Uid ?? 0, device.Gid ?? 0, 0);
        }
        if (File.Exists("/proc/kcore"))
            table.Call("link /dev/core", Symlinkat, table.Text("/proc/kcore"), AtFdCwd, table.Text("/dev/core"), ignore: EEXIST, ignore2: ENOENT);
        foreach (var (link, target) in (ReadOnlySpan<(string, string)>)[("/dev/fd", "/proc/self/fd"), ("/dev/stdin", "/proc/self/fd/0"), ("/dev/stdout", "/proc/self/fd/1"), ("/dev/stderr", "/proc/self/fd/2"), ("/dev/ptmx", "pts/ptmx")])
            table.Call($"link {link}", Symlinkat, table.Text(target), AtFdCwd, table.Text(link), ignore: EEXIST, ignore2: ENOENT);
    }

    /// <summary>Made when it is missing; what lies in /proc is not ours to make.</summary>
    public void MakeWorkingDirectory(string path)
    {
        var place = targets.Resolve(path);
        if (!MountTargets.IsUnder(place, "/proc"))
            MakeDirectories(place);
    }

    private void MakeDirectories(string path)
    {
        for (var slash = path.IndexOf('/', 1); ; slash = path.IndexOf('/', slash + 1))
        {
            var part = slash < 0 ? path : path[..slash];
            // EROFS: the directory is there on a read-only file system; the mount that follows says if not.
            table.Call($"creation of directory {part}", Mkdirat, AtFdCwd, table.Text(part), 0x1ed, ignore: EEXIST, ignore2: 30);
            if (slash < 0)
                return;
        }
    }

    private void Propagate(string path, MountOptions options)
    {
        if (options.Propagation != 0)
            table.Call($"propagation of {path}", SyscallNumbers.Mount, 0, table.Text(path), 0, options.Propagation);
    }

    private static string Parent(string path) => Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : "/";
}
