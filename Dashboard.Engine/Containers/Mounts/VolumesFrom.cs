using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Mounts;

/// <summary><c>--volumes-from CONTAINER[:ro]</c></summary>
internal static class VolumesFrom
{
    public static (string Container, string Mode) Parse(string text)
    {
        if (text is "")
            throw EngineException.Invalid("volumes-from specification cannot be an empty string");
        var colon = text.IndexOf(':');
        if (colon < 0)
            return (text, "rw");
        var mode = text[(colon + 1)..];
        // Only access can be changed: the rest is the other container's.
        if (!MountMode.IsValid(mode) || MountMode.PropagationOf(mode) is not null || MountMode.IsNoCopy(mode))
            throw EngineException.Invalid($"invalid mode: {mode}");
        return (text[..colon], mode);
    }
}
