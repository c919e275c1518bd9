using System.Text.RegularExpressions;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Faults.KillWalk;

/// <summary>A request that changes something, what must be there before it, and what may be said when it is sent again after the server died in it.</summary>
internal sealed record WalkedOperation(string Name, string[][] Before, string[] Command, string? SaidAgain = null)
{
    private static readonly string[] s_running = ["run", "-d", "--name", "it", "-p", "8090:80", "-v", "data:/data", "-v", "/anonymous", TestImages.Busybox, "sleep", "3600"];
    private static readonly string[] s_stopped = ["run", "--name", "it", "-v", "/anonymous", TestImages.Busybox, "sh", "-c", "echo said > /file"];
    private static readonly string[] s_network = ["network", "create", "--subnet", "10.99.0.0/24", "front"];

    public static IReadOnlyList<WalkedOperation> All { get; } =
    [
        new("create", [], ["create", .. s_running[2..]], "already in use"),
        new("run", [s_network], ["run", "-d", "--network", "front", "--network-alias", "alias", .. s_running[2..]], "already in use"),
        new("run --rm", [], ["run", "--rm", "-v", "/anonymous", TestImages.Busybox, "echo", "said"]),
        new("start", [["create", .. s_running[2..]]], ["start", "it"]),
        new("stop", [s_running], ["stop", "-t", "0", "it"]),
        new("kill", [s_running], ["kill", "it"], "is not running"),
        new("restart", [s_running], ["restart", "-t", "0", "it"]),
        new("pause", [s_running], ["pause", "it"], "already paused"),
        new("unpause", [s_running, ["pause", "it"]], ["unpause", "it"], "is not paused"),
        new("rename", [s_running], ["rename", "it", "that"], "No such container"),
        new("update", [s_running], ["update", "-m", "64m", "--memory-swap", "64m", "it"]),
        new("rm", [s_stopped], ["rm", "-v", "it"], "No such container"),
        new("rm -f", [s_running], ["rm", "-f", "-v", "it"], "No such container"),
        new("exec", [s_running], ["exec", "it", "touch", "/file"]),
        new("cp", [s_running], ["cp", "/etc/hostname", "it:/file"]),
        new("commit", [s_stopped], ["commit", "it", "committed:1"]),
        new("container prune", [s_stopped], ["container", "prune", "-f"]),
        new("network create", [], s_network, "already exists"),
        new("network rm", [s_network], ["network", "rm", "front"], "not found"),
        new("network connect", [s_network, s_running], ["network", "connect", "--ip", "10.99.0.9", "front", "it"], "already exists"),
        new("network disconnect", [s_network, s_running, ["network", "connect", "front", "it"]], ["network", "disconnect", "front", "it"], "is not connected"),
        new("volume create", [], ["volume", "create", "--label", "a=b", "data"]),
        new("volume rm", [["volume", "create", "data"]], ["volume", "rm", "data"], "no such volume"),
        new("volume prune", [["volume", "create", "data"]], ["volume", "prune", "-f"]),
        new("load", [], ["load", "-i", Archive]),
        new("import", [], ["import", Archive, "imported:1"]),
        new("tag", [], ["tag", TestImages.Busybox, "tagged:1"]),
        new("rmi", [["load", "-i", Archive]], ["rmi", "loaded:1"], "No such image"),
        new("image prune", [["load", "-i", Archive], ["tag", TestImages.Busybox, "loaded:1"]], ["image", "prune", "-f"]),
    ];

    /// <summary>Stands for the file with the image <c>loaded:1</c>, which is busybox with a layer more.</summary>
    public const string Archive = "ARCHIVE";

    public bool MaySay(string text) => SaidAgain is not null && Regex.IsMatch(text, SaidAgain, RegexOptions.IgnoreCase);
}
