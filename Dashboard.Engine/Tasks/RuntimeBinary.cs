using System.Security.Cryptography;
using Dashboard.Engine.Errors;

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
}
