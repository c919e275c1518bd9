using Dashboard.Linux;

namespace Dashboard.Engine.Containers.Mounts;

/// <summary>Whether this kernel has mount_setattr(2), which came with 5.12.</summary>
internal static class RecursiveReadOnly
{
    public static bool IsSupported { get; } = MountNative.HasMountSetattr();
}
