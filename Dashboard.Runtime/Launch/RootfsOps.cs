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
    private const int OPath = 0x200000, OCloexec = 0x80000, ONofollow = 0x20000, OCreat = 0x40;
    private const int EmptyPath = 0x1000, Recursive = 0x8000, OpenTreeClone = 1;
    private const int EEXIST = 17, EINVAL = 22, ENOENT = 2, ENOSYS = 38, ENOTDIR = 20;

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

    private static int ODirectory => Fcntl.O_DIRECTORY;

    /// <summary>Propagation, sources of binds, pivot, all mounts and devices.</summary>
    public void Build()
    {
        table.Call("mount propagation of /", SyscallNumbers.Mount, 0, table.Text("/"), 0, MountOptions.PropagationOf(spec.Linux.RootfsPropagation) is var flags && (flags & MountOptions.Shared) != 0 ? MountOptions.Slave | MountOptions.Rec : flags);
        OpenBindSources();
        Pivot();
        foreach (var mount in spec.Mounts)
            One(mount);
        Devices();
    }

    private void OpenBindSources()
    {
        foreach (var mount in spec.Mounts)
        {
            var options = MountOptions.Parse(mount.Options);
            if (!options.Bind)
                continue;
            var slot = table.NewSlot();
            var source = mount.Source ?? throw new LaunchException($"mount {mount.Destination}: a bind mount needs a source");
            table.Call($"open of bind source {source}", OpenTree, AtFdCwd, table.Text(source), OpenTreeClone | OCloexec | (options.Recursive ? Recursive : 0), save: slot);
            bindSources[mount] = slot;
        }
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
        if (options.Bind)
        {
            Bind(mount, options);
            return;
        }
        if (mount.Type == "cgroup")
        {
            Cgroup(mount, options);
            return;
        }
        MakeDirectories(mount.Destination);
        // The kernel's own interfaces are trusted by masks that follow: they must be where their name says.
        if (mount.Type is "proc" or "sysfs" || mount.Destination == "/dev")
        {
            var checkedPath = table.NewSlot();
            table.Call($"check that {mount.Destination} is a directory and no symlink", Openat, AtFdCwd, table.Text(mount.Destination), OPath | ODirectory | ONofollow | OCloexec, save: checkedPath);
        }
        table.Call($"mount of {mount.Type} at {mount.Destination}", SyscallNumbers.Mount, table.Text(mount.Source ?? mount.Type ?? "none"), table.Text(mount.Destination), table.Text(mount.Type ?? "none"), options.Flags, table.Text(options.Data));
        Propagate(mount.Destination, options);
    }

    private void Bind(Mount mount, MountOptions options)
    {
        var source = bindSources[mount];
        if (Directory.Exists(mount.Source))
        {
            MakeDirectories(mount.Destination);
        }
        else
        {
            MakeDirectories(Parent(mount.Destination));
            var file = table.NewSlot();
            table.Call($"creation of mount point {mount.Destination}", Openat, AtFdCwd, table.Text(mount.Destination), OCreat | OCloexec | 0x800, 0x1a4, save: file, ignore: EEXIST, ignore2: 6 /* ENXIO: a socket */, ignore3: 26 /* ETXTBSY */);
        }
        if ((options.Flags & MountOptions.ReadOnly) != 0)
        {
            // struct mount_attr { u64 attr_set, attr_clr, propagation, userns_fd }: read-only through all submounts.
            var attributes = table.Bytes(BitConverter.GetBytes(1ul).Concat(new byte[24]).ToArray());
            table.Call($"read-only bind at {mount.Destination}", MountSetattr, source, table.Text(""), EmptyPath | (options.Recursive ? Recursive : 0), attributes, 32, ignore: ENOSYS);
        }
        table.Call($"bind of {mount.Source} at {mount.Destination}", MoveMount, source, table.Text(""), AtFdCwd, table.Text(mount.Destination), 4);
        if (options.Flags != 0)
            table.Call($"remount of {mount.Destination}", SyscallNumbers.Mount, 0, table.Text(mount.Destination), 0, options.Flags | MountOptions.Remount | MountOptions.BindFlag);
        Propagate(mount.Destination, options);
    }

    private void Cgroup(Mount mount, MountOptions options)
    {
        MakeDirectories(mount.Destination);
        if (cgroups.Hierarchies.Count == 0)
        {
            table.Call($"mount of cgroup2 at {mount.Destination}", SyscallNumbers.Mount, table.Text("cgroup"), table.Text(mount.Destination), table.Text("cgroup2"), options.Flags, table.Text(""));
            return;
        }
        table.Call($"mount of tmpfs at {mount.Destination}", SyscallNumbers.Mount, table.Text("tmpfs"), table.Text(mount.Destination), table.Text("tmpfs"), options.Flags & ~MountOptions.ReadOnly, table.Text("mode=755"));
        foreach (var (name, data) in cgroups.Hierarchies)
        {
            var path = $"{mount.Destination}/{name}";
            table.Call($"creation of {path}", Mkdirat, AtFdCwd, table.Text(path), 0x1ed, ignore: EEXIST);
            table.Call($"mount of cgroup {name}", SyscallNumbers.Mount, table.Text("cgroup"), table.Text(path), table.Text("cgroup"), options.Flags, table.Text(data));
        }
        foreach (var (link, target) in cgroups.Links)
            table.Call($"link {link}", Symlinkat, table.Text(target), AtFdCwd, table.Text($"{mount.Destination}/{link}"), ignore: EEXIST);
        if ((options.Flags & MountOptions.ReadOnly) != 0)
            table.Call($"remount of {mount.Destination}", SyscallNumbers.Mount, 0, table.Text(mount.Destination), 0, options.Flags | MountOptions.Remount | MountOptions.BindFlag);
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
        foreach (var (link, target) in (ReadOnlySpan<(string, string)>)[("/dev/fd", "/proc/self/fd"), ("/dev/stdin", "/proc/self/fd/0"), ("/dev/stdout", "/proc/self/fd/1"), ("/dev/stderr", "/proc/self/fd/2"), ("/dev/ptmx", "pts/ptmx")])
            table.Call($"link {link}", Symlinkat, table.Text(target), AtFdCwd, table.Text(link), ignore: EEXIST, ignore2: ENOENT);
    }

    /// <summary>What comes after the network is there: sysctls, masks, read-only paths and root.</summary>
    public void Seal()
    {
        foreach (var (key, value) in spec.Linux.Sysctl ?? new Dictionary<string, string>())
            Sysctl(key, value);
        foreach (var path in spec.Linux.MaskedPaths)
        {
            // A file is hidden by /dev/null, a directory (ENOTDIR from the first) by an empty tmpfs.
            var target = table.Text(path);
            table.Call($"mask of file {path}", SyscallNumbers.Mount, table.Text("/dev/null"), target, 0, MountOptions.BindFlag, ignore: ENOENT, ignore2: ENOTDIR);
            if (IsHostDirectory(path))
                table.Call($"mask of directory {path}", SyscallNumbers.Mount, table.Text("tmpfs"), target, table.Text("tmpfs"), MountOptions.ReadOnly, table.Text("size=0k"), ignore: ENOENT, ignore2: ENOTDIR);
        }
        foreach (var path in spec.Linux.ReadonlyPaths)
        {
            var target = table.Text(path);
            table.Call($"bind of read-only {path}", SyscallNumbers.Mount, target, target, 0, MountOptions.BindFlag | MountOptions.Rec, ignore: ENOENT);
            // EINVAL: the path was not there and so is no mount.
            table.Call($"remount of read-only {path}", SyscallNumbers.Mount, 0, target, 0, MountOptions.BindFlag | MountOptions.Remount | MountOptions.ReadOnly | MountOptions.NoSuid | MountOptions.NoDev | MountOptions.NoExec, ignore: ENOENT, ignore2: EINVAL);
        }
        if (spec.Root.Readonly)
            table.Call("remount of the root as read-only", SyscallNumbers.Mount, 0, table.Text("/"), 0, MountOptions.BindFlag | MountOptions.Remount | MountOptions.ReadOnly);
        if ((MountOptions.PropagationOf(spec.Linux.RootfsPropagation) & MountOptions.Shared) != 0)
            table.Call("propagation of the root", SyscallNumbers.Mount, 0, table.Text("/"), 0, MountOptions.PropagationOf(spec.Linux.RootfsPropagation));
    }

    // Masked paths are kernel paths under /proc and /sys: what they are on the host they are in the container.
    private static bool IsHostDirectory(string path) => Directory.Exists(path);

    private void Sysctl(string key, string value)
    {
        var path = "/proc/sys/" + key.Replace('.', '/');
        var file = table.NewSlot();
        var bytes = System.Text.Encoding.UTF8.GetBytes(value);
        table.Call($"open of sysctl {key}", Openat, AtFdCwd, table.Text(path), 1 | OCloexec, save: file);
        table.Call($"sysctl {key}={value}", Write, file, table.Bytes(bytes), bytes.Length);
        table.Call($"close of sysctl {key}", Close, file);
    }

    public void MakeDirectories(string path)
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
