using Dashboard.Engine;

namespace Dashboard.Tests.Shared;

/// <summary>Takes away what an engine rightly leaves on a host when it stops: its empty cgroups, its bridge, its table.</summary>
internal static class HostCleanup
{
    public static async Task RemoveAsync(EngineOptions options)
    {
        RemoveCgroups(options.CgroupParent);
        await QuietAsync("ip", "link", "delete", options.BridgeName);
        foreach (var family in (string[])["ip", "ip6", "inet", "bridge"])
            await QuietAsync("nft", "delete", "table", family, options.NftTable);
    }

    private static void RemoveCgroups(string parent)
    {
        foreach (var hierarchy in Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
        {
            var top = hierarchy + parent;
            if (!Directory.Exists(top))
                continue;
            foreach (var directory in Directory.EnumerateDirectories(top, "*", SearchOption.AllDirectories).Append(top).OrderByDescending(path => path.Length))
                Directory.Delete(directory);
        }
    }

    // What was never made cannot be deleted, and that is all right.
    private static Task QuietAsync(params string[] argv) => new Command(argv).RunAsync();
}
