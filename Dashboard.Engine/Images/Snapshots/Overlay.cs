using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>How overlayfs writes down what a layer takes away (kernel Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories").</summary>
internal static class Overlay
{
    /// <summary>The kernel's own attributes: never taken from an archive, else an image could redirect or hide what it likes.</summary>
    public const string XattrPrefix = "trusted.overlay.";

    private static ReadOnlySpan<byte> Opaque => "trusted.overlay.opaque\0"u8;

    /// <summary>Nothing of the layers below is seen in this directory.</summary>
    public static void MakeOpaque(SafeFileHandle directory, string path)
    {
        if (At.fsetxattr(directory.Fd(), Opaque, "y"u8, 1, 0) < 0)
            throw SyscallException.Last("setxattr", Unpack.EntryPath.Show(path));
    }

    public static bool IsOpaque(SafeFileHandle directory)
    {
        Span<byte> value = stackalloc byte[8];
        return At.fgetxattr(directory.Fd(), Opaque, value, (nuint)value.Length) == 1 && value[0] == (byte)'y';
    }

    /// <summary>A character device 0:0 hides the name in the layers below.</summary>
    public static void MakeWhiteout(SafeFileHandle directory, ReadOnlySpan<byte> name, string path)
    {
        if (At.mknodat(directory.Fd(), name, At.S_IFCHR, 0) < 0)
            throw SyscallException.Last("mknod", Unpack.EntryPath.Show(path));
    }
}
