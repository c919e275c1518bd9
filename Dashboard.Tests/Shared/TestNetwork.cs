namespace Dashboard.Tests.Shared;

/// <summary>
/// A host network of the test's own, with an outside: two namespaces joined by a veth pair.
/// <code>
///  netns NAME                         netns NAME-out
///  lo, what the engine makes          lo
///  eth0 198.18.x.1/30  ───── veth ─── eth0 198.18.x.2/30   (a machine of the neighbourhood)
/// </code>
/// 198.18.0.0/15 is reserved for tests (RFC 2544), so it is no one's container subnet.
/// </summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private static int s_last = Random.Shared.Next(0, 16000);
    private readonly string _name = "dt" + Guid.NewGuid().ToString("N")[..8];

    private TestNetwork()
    {
        var number = Interlocked.Increment(ref s_last) % 16384;
        var prefix = $"198.18.{number / 64}.";
        Address = prefix + (number % 64 * 4 + 1);
        OutsideAddress = prefix + (number % 64 * 4 + 2);
    }

    /// <summary>The host's address as the outside sees it.</summary>
    public string Address { get; }

    public string OutsideAddress { get; }

    /// <summary>`ip netns exec` would replace /sys and with it hide the cgroup mounts; nsenter changes the network alone.</summary>
    public IReadOnlyList<string> Inside => ["nsenter", $"--net=/run/netns/{_name}", "--"];

    public IReadOnlyList<string> Outside => ["nsenter", $"--net=/run/netns/{_name}-out", "--"];

    public static async Task<TestNetwork> CreateAsync()
    {
        var network = new TestNetwork();
        await Ip("netns", "add", network._name);
        await Ip("netns", "add", network._name + "-out");
        await Ip("-n", network._name, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", network._name + "-out");
        await Up(network._name, network.Address);
        await Up(network._name + "-out", network.OutsideAddress);
        // Without a default route an engine on this host has no uplink to learn from.
        await Ip("-n", network._name, "route", "add", "default", "via", network.OutsideAddress);
        return network;
    }

    public Task<CommandResult> RunInsideAsync(params string[] argv) => new Command([.. Inside, .. argv]).RunAsync();

    public Task<CommandResult> RunOutsideAsync(params string[] argv) => new Command([.. Outside, .. argv]).RunAsync();

    public async ValueTask DisposeAsync()
    {
        await Ip("netns", "del", _name);
        await Ip("netns", "del", _name + "-out");
    }

    private static async Task Up(string name, string address)
    {
        await Ip("-n", name, "link", "set", "lo", "up");
        await Ip("-n", name, "addr", "add", address + "/30", "dev", "eth0");
        await Ip("-n", name, "link", "set", "eth0", "up");
    }

    private static async Task Ip(params string[] arguments) => (await Command.RunAsync(["ip", .. arguments])).MustSucceed();
}
