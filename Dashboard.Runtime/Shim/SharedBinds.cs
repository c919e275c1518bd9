using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Shim;

/// <summary>
/// Binds whose own mounts shall reach the host. The shim's namespace is a slave of the host's, and so would be what is copied
/// from it: these are copied before, when they are still peers, and attached in the bundle again after.
/// </summary>
internal static class SharedBinds
{
    public static IReadOnlyList<(Mount Mount, int Fd)> Open(Spec spec)
    {
        var opened = new List<(Mount, int)>();
        foreach (var mount in spec.Mounts)
        {
            var options = MountOptions.Parse(mount.Options);
            if (!options.Bind || mount.Source is null || (options.Propagation & MountOptions.Shared) == 0)
                continue;
            var fd = MountNative.open_tree(Fcntl.AT_FDCWD, mount.Source, MountNative.OPEN_TREE_CLONE | MountNative.OPEN_TREE_CLOEXEC | (options.Recursive ? MountNative.AT_RECURSIVE : 0));
            if (fd < 0)
                throw new LaunchException($"open of bind source {mount.Source}: {Errno.Text(Errno.Last)}");
            opened.Add((mount, fd));
        }
        return opened;
    }

    public static Spec Attach(Spec spec, IReadOnlyList<(Mount Mount, int Fd)> opened)
    {
        var mounts = spec.Mounts.ToList();
        foreach (var (mount, fd) in opened)
        {
            var place = Path.GetFullPath($"shared-{fd}");
            if (Directory.Exists(mount.Source))
                Directory.CreateDirectory(place);
            else
                File.WriteAllBytes(place, []);
            if (MountNative.move_mount(fd, "", Fcntl.AT_FDCWD, place, MountNative.MOVE_MOUNT_F_EMPTY_PATH) != 0)
                throw new LaunchException($"bind of {mount.Source} at {place}: {Errno.Text(Errno.Last)}");
            Unistd.close(fd);
            mounts[mounts.IndexOf(mount)] = mount with { Source = place };
        }
        return spec with { Mounts = mounts };
    }
}
