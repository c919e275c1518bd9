using System.Text.RegularExpressions;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Create;

internal static partial class ContainerName
{
    /// <summary>Without the leading slash that the API allows.</summary>
    /// <exception cref="EngineException">400 in Docker's words.</exception>
    public static string Validate(string name)
    {
        var bare = name.StartsWith('/') ? name[1..] : name;
        return Pattern().IsMatch(bare)
            ? bare
            : throw EngineException.Invalid($"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]+\z")]
    private static partial Regex Pattern();
}
