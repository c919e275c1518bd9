namespace Dashboard.Engine.Containers.Mounts;

/// <summary>The third part of <c>-v</c>: words of five kinds, at most one of each (moby, volume/mounts/linux_parser.go).</summary>
internal static class MountMode
{
    public static readonly string[] Propagations = ["private", "rprivate", "slave", "rslave", "shared", "rshared"];

    private static readonly string[][] s_kinds = [["ro", "rw"], ["z", "Z"], Propagations, ["nocopy"], ["consistent", "cached", "delegated"]];

    public static bool IsValid(string mode)
    {
        if (mode is "")
            return true;
        var seen = new bool[s_kinds.Length];
        foreach (var word in mode.Split(','))
        {
            var kind = Array.FindIndex(s_kinds, words => words.Contains(word));
            if (kind < 0 || seen[kind])
                return false;
            seen[kind] = true;
        }
        return true;
    }

    public static bool IsReadOnly(string mode) => mode.Split(',').Contains("ro");

    public static bool IsNoCopy(string mode) => mode.Split(',').Contains("nocopy");

    /// <summary>Null when it says nothing of it.</summary>
    public static string? PropagationOf(string mode) => Array.Find(mode.Split(','), Propagations.Contains);
}
