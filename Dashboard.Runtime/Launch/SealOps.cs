using System.Text;
using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;
using static Dashboard.Linux.SyscallNumbers;

namespace Dashboard.Runtime.Launch;

/// <summary>What comes after the network is there: sysctls, masks, read-only paths and root.</summary>
internal sealed class SealOps(OpTable table, Spec spec)
{
    private const int AtFdCwd = -100, EmptyPath = 0x1000, OpenTreeClone = 1, MoveFromEmptyFollowTo = 4 | 0x10;

    // mount_setattr(2) is of 5.12; before it a remount names all flags anew.
    private static readonly bool HasMountSetattr = ProbeMountSetattr();

    public void Build()
    {
        foreach (var (key, value) in spec.Linux.Sysctl ?? new Dictionary<string, string>())
            Sysctl(key, value);
        Mask(spec.Linux.MaskedPaths);
        foreach (var path in spec.Linux.ReadonlyPaths)
            MakeReadonly(path);
        if (spec.Root.Readonly)
            table.Call("remount of the root as read-only", SyscallNumbers.Mount, 0, table.Text("/"), 0, MountOptions.BindFlag | MountOptions.Remount | MountOptions.ReadOnly);
        if ((MountOptions.PropagationOf(spec.Linux.RootfsPropagation) & MountOptions.Shared) != 0)
            table.Call("propagation of the root", SyscallNumbers.Mount, 0, table.Text("/"), 0, MountOptions.PropagationOf(spec.Linux.RootfsPropagation));
    }

    private void Sysctl(string key, string value)
    {
        var path = "/proc/sys/" + key.Replace('.', '/');
        var file = table.NewSlot();
        var bytes = Encoding.UTF8.GetBytes(value);
        table.Call($"open of sysctl {key}", Openat, AtFdCwd, table.Text(path), Fcntl.O_WRONLY | Fcntl.O_CLOEXEC, save: file);
        table.Call($"sysctl {key}={value}", Write, file, table.Bytes(bytes), bytes.Length);
        table.Call($"close of sysctl {key}", Close, file);
    }

    /// <summary>
    /// A directory is hidden by an empty tmpfs, a file by the null device. Which it is only the container's own view tells,
    /// so both are tried, and one must succeed unless there is nothing. The null device is opened once and checked: a
    /// symlink in its place would be bound over the masked file and open up whatever it leads to (CVE-2025-31133).
    /// </summary>
    private void Mask(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
            return;
        var device = table.NewSlot();
        table.Call("open of /dev/null", Openat, AtFdCwd, table.Text("/dev/null"), Fcntl.O_PATH | Fcntl.O_NOFOLLOW | Fcntl.O_CLOEXEC, save: device);
        var status = table.Zeroed(256);
        table.Call("statx of /dev/null", SyscallNumbers.Statx, device, table.Text(""), EmptyPath, 0x7ff, status);
        table.Check32("check that /dev/null is the null device", status + 128, 1, Errno.EXDEV);
        table.Check32("check that /dev/null is the null device", status + 132, 3, Errno.EXDEV);
        foreach (var path in paths)
        {
            var (exists, tree, covered, hidden, target) = (table.NewSlot(), table.NewSlot(), table.NewSlot(), table.NewSlot(), table.Text(path));
            table.Call($"look at {path}", SyscallNumbers.Statx, AtFdCwd, target, 0, 0x7ff, status, save: exists, ignore: Errno.ENOENT, ignore2: Errno.ENOTDIR);
            table.Call("clone of the null device's mount", OpenTree, device, table.Text(""), OpenTreeClone | EmptyPath | Fcntl.O_CLOEXEC, save: tree);
            table.Call($"mask of file {path}", MoveMount, tree, table.Text(""), AtFdCwd, target, MoveFromEmptyFollowTo, save: covered, ignore: Errno.ENOENT, ignore2: Errno.ENOTDIR, ignore3: Errno.EINVAL);
            table.Call("close of the null device's mount", Close, tree);
            table.Call($"mask of directory {path}", SyscallNumbers.Mount, table.Text("tmpfs"), target, table.Text("tmpfs"), MountOptions.ReadOnly, table.Text("size=0k"), save: hidden, ignore: Errno.ENOENT, ignore2: Errno.ENOTDIR);
            table.AnyOf($"mask of {path}", covered, hidden, Errno.EINVAL, exists);
        }
        table.Call("close of /dev/null", Close, device);
    }

    private void MakeReadonly(string path)
    {
        var target = table.Text(path);
        table.Call($"bind of read-only {path}", SyscallNumbers.Mount, target, target, 0, MountOptions.BindFlag | MountOptions.Rec, ignore: Errno.ENOENT);
        if (HasMountSetattr)
            table.Call($"read-only {path}", MountSetattr, AtFdCwd, target, 0, table.Bytes([1, .. new byte[31]]), 32, ignore: Errno.ENOENT);
        else
            // EINVAL: the path was not there and so is no mount.
            table.Call($"remount of read-only {path}", SyscallNumbers.Mount, 0, target, 0, MountOptions.BindFlag | MountOptions.Remount | MountOptions.ReadOnly | MountOptions.NoSuid | MountOptions.NoDev | MountOptions.NoExec, ignore: Errno.ENOENT, ignore2: Errno.EINVAL);
    }

    private static unsafe bool ProbeMountSetattr() => Bpf.syscall(MountSetattr, -1, null, 0) == 0 || Errno.Last is not (Errno.ENOSYS or Errno.EPERM);
}
