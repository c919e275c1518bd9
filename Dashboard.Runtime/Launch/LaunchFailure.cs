using Dashboard.Linux;

namespace Dashboard.Runtime.Launch;

/// <summary>A failed operation in runc's words, with the exit code that a shell would give.</summary>
internal static class LaunchFailure
{
    public static LaunchException From(string operation, int errno, IReadOnlyList<string> args)
    {
        var name = args.Count > 0 ? args[0] : "";
        var text = Errno.Text(errno);
        return operation switch
        {
            "search of $PATH" => new($"exec: \"{name}\": executable file not found in $PATH", 127),
            "execve" when errno is Errno.ENOENT or 20 => new($"exec: \"{name}\": stat {name}: {text}", 127),
            "execve" or "execve in $PATH" when errno == Errno.EACCES => new($"exec: \"{name}\": permission denied", 126),
            "execve" or "execve in $PATH" => new($"exec {name}: {text}", errno == 8 ? 126 : 128),
            _ when operation.StartsWith("chdir to ", StringComparison.Ordinal) => new($"{operation} set in config.json failed: {text}", errno is Errno.EACCES ? 126 : 127),
            _ => new($"{operation}: {text}"),
        };
    }
}
