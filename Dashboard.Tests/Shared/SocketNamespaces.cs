using System.Runtime.InteropServices;
using Dashboard.Linux;

namespace Dashboard.Tests.Shared;

/// <summary>
/// Network namespaces that a process keeps alive by its sockets: no descriptor of the namespace itself shows them. The socket
/// is borrowed by pidfd_getfd(2) and asked by SIOCGSKNS (&lt;linux/sockios.h&gt;).
/// </summary>
internal static partial class SocketNamespaces
{
    private const long PidfdGetFd = 438;
    private const nuint NamespaceOfSocket = 0x894C;

    public static IReadOnlySet<string> Of(int pid)
    {
        var found = new HashSet<string>();
        var process = Pidfd.pidfd_open(pid, 0);
        Assert.True(process >= 0, $"process {pid}: {Errno.Text(Errno.Last)}");
        foreach (var path in Directory.EnumerateFiles($"/proc/{pid}/fd"))
        {
            if (new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) is true && Ask(process, int.Parse(Path.GetFileName(path))) is { } name)
                found.Add(name);
        }
        Unistd.close(process);
        return found;
    }

    // Null when it was closed while we looked.
    private static unsafe string? Ask(int process, int number)
    {
        var socket = (int)syscall(PidfdGetFd, process, number, 0);
        if (socket < 0) return null;
        var fd = Ioctl.ioctl(socket, NamespaceOfSocket, null);
        Unistd.close(socket);
        if (fd < 0) return null;
        var name = new FileInfo($"/proc/self/fd/{fd}").LinkTarget;
        Unistd.close(fd);
        return name;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c);
}
