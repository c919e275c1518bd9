using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Volumes;

internal static partial class VolumeName
{
    /// <exception cref="EngineException">400 in Docker's words.</exception>
    public static void Validate(string name)
    {
        if (name.Length == 1)
            throw EngineException.Invalid($"create {name}: volume name is too short, names should be at least two alphanumeric characters");
        if (!Pattern().IsMatch(name))
            throw EngineException.Invalid($"create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        // A file name of the kernel has no more bytes (NAME_MAX).
        if (name.Length > 255)
            throw EngineException.Invalid($"create {name}: volume name is too long, names should be at most 255 characters");
    }

    public static string NewAnonymous() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]+\z")]
    private static partial Regex Pattern();
}
