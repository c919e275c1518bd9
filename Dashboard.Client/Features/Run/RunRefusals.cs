namespace Dashboard.Client.Features.Run;

/// <summary>Where on the form an engine's refusal belongs: by its words, which are Docker's and have been the same for years.</summary>
internal static class RunRefusals
{
    // The first that matches; what is more special stands before what is more general.
    private static readonly (string Words, string Field)[] s_fields =
    [
        ("container name", "name"),
        ("no such image", "image"),
        ("port is already allocated", "ports"),
        ("address already in use", "ports"),
        ("port specification", "ports"),
        ("proto:", "ports"),
        ("hostport", "ports"),
        ("ip address", "ports"),
        ("environment variable", "env"),
        ("autoremove", "restart"),
        ("restart policy", "restart"),
        ("range of cpus", "cpus"),
        ("memory", "memory"),
        ("bind source", "mounts"),
        ("mount", "mounts"),
        ("volume", "mounts"),
        ("network", "network"),
        ("executable file not found", "command"),
        ("exec:", "command"),
        ("no command specified", "command"),
    ];

    /// <summary>Null when it belongs to no field.</summary>
    public static string? FieldOf(string message) => Array.Find(s_fields, each => message.Contains(each.Words, StringComparison.OrdinalIgnoreCase)).Field;
}
