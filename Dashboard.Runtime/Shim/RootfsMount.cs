using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Oci.Shim;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Shim;

/// <summary>The container's overlay, mounted in the shim's own mount namespace: it goes with the shim, whatever happens.</summary>
internal static class RootfsMount
{
    // The diff of a container must be its upper directory alone: no redirects, no metadata-only copies.
    private const string Fixed = "redirect_dir=off,metacopy=off,index=off";

    /// <returns>The spec with the places that its shared binds are to be taken from.</returns>
    public static Spec Mount(ShimSpec shim, Spec spec, string target)
    {
        if (Sched.unshare(Sched.CLONE_NEWNS) != 0)
            throw new LaunchException($"own mount namespace: {Errno.Text(Errno.Last)}");
        var shared = SharedBinds.Open(spec);
        if (MountNative.mount(null, "/", null, MountNative.MS_REC | MountNative.MS_SLAVE, null) != 0)
            throw new LaunchException($"own mount namespace: {Errno.Text(Errno.Last)}");
        MountOverlay(shim, target);
        return SharedBinds.Attach(spec, shared);
    }

    private static void MountOverlay(ShimSpec spec, string target)
    {
        var fs = MountNative.fsopen("overlay", MountNative.FSOPEN_CLOEXEC);
        if (fs < 0)
            throw new LaunchException($"overlayfs: {Errno.Text(Errno.Last)}; load the kernel module (modprobe overlay)");
        try
        {
            if (TryConfigure(fs, spec))
                Attach(fs, target);
            else
                MountClassic(spec, target);
        }
        finally
        {
            Unistd.close(fs);
        }
    }

    /// <summary>
    /// False on a kernel whose overlayfs does not know <c>lowerdir+</c>: until 6.5 it collects whatever it is told, and only
    /// the creation says EINVAL. Nothing has happened then.
    /// </summary>
    private static bool TryConfigure(int fs, ShimSpec spec)
    {
        foreach (var layer in spec.LowerDirs)
        {
            if (MountNative.fsconfig(fs, MountNative.FSCONFIG_SET_STRING, "lowerdir+", layer, 0) != 0)
                return Errno.Last == Errno.EINVAL ? false : throw Failed($"layer {layer}");
        }
        Set(fs, "upperdir", spec.UpperDir);
        Set(fs, "workdir", spec.WorkDir);
        foreach (var option in Fixed.Split(','))
            Set(fs, option.Split('=')[0], option.Split('=')[1]);
        if (MountNative.fsconfig(fs, MountNative.FSCONFIG_CMD_CREATE, null, null, 0) == 0)
            return true;
        return Errno.Last == Errno.EINVAL ? false : throw Failed("create");
    }

    private static void Attach(int fs, string target)
    {
        var mount = MountNative.fsmount(fs, MountNative.FSMOUNT_CLOEXEC, 0);
        if (mount < 0 || MountNative.move_mount(mount, "", Fcntl.AT_FDCWD, target, MountNative.MOVE_MOUNT_F_EMPTY_PATH) != 0)
            throw Failed("mount");
        Unistd.close(mount);
    }

    /// <summary>
    /// mount(2) takes one page of options, which forty paths of layers fill. So each layer is named by its descriptor, from
    /// /proc/self/fd as the working directory: "lowerdir=12:13:14".
    /// </summary>
    private static void MountClassic(ShimSpec spec, string target)
    {
        var layers = new List<int>();
        var home = Open(".");
        try
        {
            foreach (var layer in spec.LowerDirs)
                layers.Add(Open(layer));
            var options = $"lowerdir={string.Join(':', layers)},upperdir={Escape(Path.GetFullPath(spec.UpperDir))},workdir={Escape(Path.GetFullPath(spec.WorkDir))},{Fixed}";
            if (options.Length >= 4096)
                throw new LaunchException($"overlay with {spec.LowerDirs.Count} layers does not fit into one page of mount options; use kernel 6.5 or newer, or fewer layers");
            var path = Path.GetFullPath(target);
            if (Unistd.chdir("/proc/self/fd") != 0)
                throw Failed("/proc/self/fd");
            var mounted = MountNative.mount("overlay", path, "overlay", 0, options);
            var error = Errno.Last;
            if (Unistd.fchdir(home) != 0)
                throw Failed("bundle");
            if (mounted != 0)
                throw new LaunchException($"overlay mount, mount: {Errno.Text(error)}");
        }
        finally
        {
            Unistd.close(home);
            foreach (var layer in layers)
                Unistd.close(layer);
        }
    }

    private static int Open(string directory)
    {
        var fd = Fcntl.open(directory, Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC, 0);
        return fd >= 0 ? fd : throw Failed(directory);
    }

    private static string Escape(string path) => path.Replace("\\", "\\\\").Replace(":", "\\:").Replace(",", "\\,");

    private static void Set(int fs, string key, string value)
    {
        if (MountNative.fsconfig(fs, MountNative.FSCONFIG_SET_STRING, key, value, 0) != 0)
            throw Failed($"{key}={value}");
    }

    private static LaunchException Failed(string what) => new($"overlay mount, {what}: {Errno.Text(Errno.Last)}");
}
