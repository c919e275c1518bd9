using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>Makes one directory or file look like another: owner, mode, xattrs, times.</summary>
internal static class DirectoryAttributes
{
    /// <param name="tolerant">Attributes that the other file system does not take are left out.</param>
    public static void Copy(SafeFileHandle from, SafeFileHandle to, string path, bool tolerant = false)
    {
        var stat = MergedDirectory.Stat(from);
        if (At.fchown(to.Fd(), stat.Uid, stat.Gid) < 0 || At.fchmod(to.Fd(), stat.Mode & 0xFFFu) < 0)
            throw SyscallException.Last("chown", path);
        CopyXattrs(from, to, path, tolerant);
        if (At.futimens(to.Fd(), [stat.AccessTime.ToTimespec(), stat.ModifyTime.ToTimespec()]) < 0)
            throw SyscallException.Last("chtimes", path);
    }

    private static void CopyXattrs(SafeFileHandle from, SafeFileHandle to, string path, bool tolerant)
    {
        // 64 KiB is the kernel's limit for a list and for a value (XATTR_LIST_MAX, XATTR_SIZE_MAX).
        var list = new byte[64 * 1024];
        var listed = At.flistxattr(from.Fd(), list, (nuint)list.Length);
        if (listed <= 0)
            return;
        var value = new byte[64 * 1024];
        foreach (var name in Encoding.Latin1.GetString(list.AsSpan(0, (int)listed)).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name.StartsWith(Overlay.XattrPrefix, StringComparison.Ordinal))
                continue;
            var key = Encoding.Latin1.GetBytes(name + "\0");
            var length = At.fgetxattr(from.Fd(), key, value, (nuint)value.Length);
            if (length >= 0 && At.fsetxattr(to.Fd(), key, value, (nuint)length, 0) == 0)
                continue;
            if (!tolerant || Errno.Last is not (Errno.EOPNOTSUPP or Errno.EPERM))
                throw SyscallException.Last("setxattr", path);
        }
    }
}
