using System.Runtime.InteropServices;
using Dashboard.Linux;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Commands;

/// <summary>
/// A container may execute /proc/self/exe, which until execve is this program, keep the file open and write to it when
/// nobody runs it any more (CVE-2019-5736). So whatever touches a container runs from a sealed memfd. The server starts
/// shims from one that they all share; who starts us by the file's name pays for a copy of his own.
/// </summary>
internal static unsafe class SealedSelf
{
    private const string Self = "/proc/self/exe";

    public static void Ensure()
    {
        if (Memfd.IsSealed(Self))
            return;
        var fd = Memfd.Seal("dashboard-runtime", File.ReadAllBytes(Self));
        if (fd < 0)
            throw new LaunchException($"a sealed copy of the runtime: {Errno.Text(Errno.Last)}");
        var arguments = Environment.GetCommandLineArgs();
        var vector = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Length + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < arguments.Length; i++)
            vector[i] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[i]);
        _ = Memfd.execv($"/proc/self/fd/{fd}", vector);
        throw new LaunchException($"execution of the sealed copy of the runtime: {Errno.Text(Errno.Last)}");
    }
}
