using System.Security.Cryptography;
using Dashboard.Engine.Errors;
using Dashboard.Linux;

namespace Dashboard.Engine.Tasks;

/// <summary>The runtime under its content's name in run-root/bin: a new build never replaces the file of a running shim.</summary>
internal static class RuntimeBinary
{
    public static string Install(EngineOptions options)
    {
        if (!File.Exists(options.RuntimeBinary))
            throw new EngineException(ErrorKind.Unavailable, $"the container runtime {options.RuntimeBinary} is not there: containers cannot be started. Install gcc, libc6-dev and binutils, and build again.");
        var content = File.ReadAllBytes(options.RuntimeBinary);
        var directory = Path.Combine(options.RunRoot, "bin");
        var path = Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(content)));
        if (File.Exists(path))
            return path;
        Directory.CreateDirectory(directory);
        var draft = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(draft, content);
        File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.Move(draft, path, overwrite: true);
        return path;
    }

    /// <summary>
    /// A name for a sealed copy in memory, which all shims of this server share: a container that executes /proc/self/exe
    /// cannot change it, not even when its shim is gone. Where the kernel refuses, the shim seals a copy of its own.
    /// </summary>
    public static string Seal(string path)
    {
        // Held until the end of the process.
        var fd = Memfd.Seal("dashboard-runtime", File.ReadAllBytes(path));
        return fd < 0 ? path : $"/proc/self/fd/{fd}";
    }
}
