using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>bpf(2), which libc does not wrap.</summary>
public static unsafe partial class Bpf
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial long syscall(long number, long command, void* attributes, long size);
}
