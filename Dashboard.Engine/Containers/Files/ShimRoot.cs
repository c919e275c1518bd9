using System.Text;
using System.Text.Json;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Tasks;
using Dashboard.Linux;
using Dashboard.Oci;
using Dashboard.Oci.Shim;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Containers.Files;

/// <summary>
/// The bare root file system of a running container, as its shim has mounted it: the mounts that the container sees on top
/// are in its own namespace only, so what they cover is there too.
/// </summary>
internal static class ShimRoot
{
    /// <summary>By O_PATH. The caller owns it.</summary>
    public static SafeFileHandle Open(string bundle)
    {
        var identity = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(bundle, ShimProtocol.PidName)), OciJson.Default.ShimIdentity)!;
        if (!LostTask.IsAlive(identity))
            throw EngineException.Conflict($"container {Path.GetFileName(bundle)} is not running");
        var path = $"/proc/{identity.ShimPid}/root{bundle}/rootfs";
        var root = PathHandles.Wrap(At.openat(At.AT_FDCWD, Encoding.UTF8.GetBytes(path + "\0"), At.O_PATH | At.O_DIRECTORY | At.O_CLOEXEC, 0), "open", path);
        if (At.fstatfs(root.Fd(), out var fileSystem) == 0 && fileSystem.Type == Statfs.OverlayMagic)
            return root;
        root.Dispose();
        throw EngineException.Conflict($"container {Path.GetFileName(bundle)} is not running");
    }
}
