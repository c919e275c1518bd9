using Dashboard.Linux;

namespace Dashboard.Engine.Images.Content;

/// <summary>A refused system call, in Go's words: <c>mkdir a/b: no space left on device</c>.</summary>
internal sealed class SyscallException(string call, string path, int errno) : IOException($"{call} {path}: {Linux.Errno.Text(errno)}")
{
    public int Errno { get; } = errno;

    /// <summary>Of the last P/Invoke on this thread.</summary>
    public static SyscallException Last(string call, string path) => new(call, path, Linux.Errno.Last);
}
