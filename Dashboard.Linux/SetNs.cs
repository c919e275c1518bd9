using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>setns(2): into one namespace by its fd, or into several of a process by its pidfd.</summary>
public static partial class SetNs
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(int fd, int namespaceType);
}
