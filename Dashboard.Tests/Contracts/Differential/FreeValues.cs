using System.Text.RegularExpressions;

namespace Dashboard.Tests.Contracts.Differential;

/// <summary>Fields whose value is each engine's own: what is compared of them is the type, and whether they are zero or empty.</summary>
internal static partial class FreeValues
{
    public static bool Contains(string path) => Free().IsMatch(path);

    /// <summary>Lists as long as a host or an engine makes them.</summary>
    public static bool IsListOf(string path) => Lists().IsMatch(path);

    [GeneratedRegex(@"\.(Created|time|timeNano|Pid|SizeRw|SizeRootFs|LayersSize|SpaceReclaimed|LogPath|ResolvConfPath|HostnamePath|HostsPath|SandboxKey|PublicPort|HostPort|UsageData\.Size|CreatedAt)$|\.State\.Health\.Log\[\d+\]\.(Start|End)$")]
    private static partial Regex Free();

    /// <summary>Lists that Docker reads from a map wherever they are.</summary>
    public static bool IsUnordered(string path) => path.EndsWith(".Ports", StringComparison.Ordinal) || path.EndsWith(".RepoTags", StringComparison.Ordinal);

    [GeneratedRegex(@"\.Health\.Log$|\.ExecIDs$")]
    private static partial Regex Lists();
}
