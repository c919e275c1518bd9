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
            if (!TryLayers(fs, spec))
            {
                MountClassic(spec, target);
                return;
            }
            Set(fs, "upperdir", spec.UpperDir);
            Set(fs, "workdir", spec.WorkDir);
            foreach (var option in Fixed.Split(','))
                Set(fs, option.Split('=')[0], option.Split('=')[1]);
            if (MountNative.fsconfig(fs, MountNative.FSCONFIG_CMD_CREATE, null, null, 0) != 0)
                throw Failed("create");
            var mount = MountNative.fsmount(fs, MountNative.FSMOUNT_CLOEXEC, 0);
            if (mount < 0 || MountNative.move_mount(mount, "", Fcntl.AT_FDCWD, target, MountNative.MOVE_MOUNT_F_EMPTY_PATH) != 0)
                throw Failed("mount");
            Unistd.close(mount);
        }
        finally
        {
            Unistd.close(fs);
        }
    }

    // lowerdir+ is 6.5; on an older kernel the first one is refused and nothing has happened yet.
    private static bool TryLayers(int fs, ShimSpec spec)
    {
        for (var i = 0; i < spec.LowerDirs.Count; i++)
        {
            if (MountNative.fsconfig(fs, MountNative.FSCONFIG_SET_STRING, "lowerdir+", spec.LowerDirs[i], 0) == 0)
                continue;
            if (i == 0 && Errno.Last == Errno.EINVAL)
                return false;
            throw Failed($"layer {spec.LowerDirs[i]}");
        }
        return true;
    }

    private static void MountClassic(ShimSpec spec, string target)
    {
        var options = $"lowerdir={string.Join(':', spec.LowerDirs.Select(Escape))},upperdir={Escape(spec.UpperDir)},workdir={Escape(spec.WorkDir)},{Fixed}";
        if (options.Length >= 4096)
            throw new LaunchException($"overlay with {spec.LowerDirs.Count} layers does not fit into one page of mount options; use kernel 6.5 or newer, or fewer layers");
        if (MountNative.mount("overlay", target, "overlay", 0, options) != 0)
            throw Failed("mount");
    }

    private static string Escape(string path) => path.Replace("\\", "\\\\").Replace(":", "\\:").Replace(",", "\\,");

    private static void Set(int fs, string key, string value)
    {
        if (MountNative.fsconfig(fs, MountNative.FSCONFIG_SET_STRING, key, value, 0) != 0)
            throw Failed($"{key}={value}");
    }

    private static LaunchException Failed(string what) => new($"overlay mount, {what}: {Errno.Text(Errno.Last)}");
}
