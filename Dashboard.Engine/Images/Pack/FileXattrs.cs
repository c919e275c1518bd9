using System.Text;
using Dashboard.Linux;
using Dashboard.Engine.Images.Content;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Pack;

/// <summary>The extended attributes of a file that an archive takes along.</summary>
internal static class FileXattrs
{
    // The kernel's limits (XATTR_LIST_MAX, XATTR_SIZE_MAX).
    private const int LengthMax = 64 * 1024;

    /// <param name="file">Open for reading.</param>
    public static IReadOnlyList<KeyValuePair<string, byte[]>> Read(SafeFileHandle file)
    {
        Span<byte> few = stackalloc byte[256];
        var listed = At.flistxattr(file.Fd(), few, (nuint)few.Length);
        if (listed == 0 || (listed < 0 && Errno.Last == Errno.EOPNOTSUPP))
            return [];
        var list = few;
        if (listed < 0)
        {
            list = new byte[LengthMax];
            listed = At.flistxattr(file.Fd(), list, (nuint)list.Length);
        }
        return listed <= 0 ? [] : Values(file, Encoding.Latin1.GetString(list[..(int)listed]).Split('\0', StringSplitOptions.RemoveEmptyEntries));
    }

    private static List<KeyValuePair<string, byte[]>> Values(SafeFileHandle file, IEnumerable<string> names)
    {
        var values = new List<KeyValuePair<string, byte[]>>();
        foreach (var name in names.Where(IsPortable).Order(StringComparer.Ordinal))
        {
            var value = new byte[LengthMax];
            var length = At.fgetxattr(file.Fd(), Encoding.Latin1.GetBytes(name + "\0"), value, (nuint)value.Length);
            if (length >= 0)
                values.Add(new(name, value[..(int)length]));
        }
        return values;
    }

    /// <summary>Not what belongs to this host alone: overlayfs's own marks, and the labels of its security module.</summary>
    private static bool IsPortable(string name) =>
        !name.StartsWith("trusted.", StringComparison.Ordinal) && name is not ("security.selinux" or "security.ima" or "security.evm");
}
