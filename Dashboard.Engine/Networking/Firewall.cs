using System.Globalization;
using System.Net;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Networking;

/// <summary>Keeps the instance's nftables table as the networks and the running containers want it.</summary>
internal sealed class Firewall(EngineOptions options, NetworkCatalog catalog, Func<IEnumerable<SandboxSpec>> sandboxes)
{
    private readonly AsyncGate writer = new();
    private readonly NftRuleset rules = new(options.NftTable);
    private string? writtenIPv6;

    /// <summary>Until then the rules of an earlier run stay.</summary>
    public bool IsHeld { get; set; }

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        using var turn = await writer.EnterAsync(cancellationToken);
        if (IsHeld)
            return;
        IReadOnlyList<Network> bridges = [.. catalog.Bridges];
        rules.Apply(bridges, sandboxes().SelectMany(Published));
        // The second table is there only with the first network that has IPv6, and changes with networks alone.
        var six = string.Join(' ', bridges.Where(bridge => bridge.IPv6 is not null).Select(bridge => bridge.Id).Prepend(bridges.Count.ToString(CultureInfo.InvariantCulture)));
        if (six == writtenIPv6 || (writtenIPv6 is null && !bridges.Any(bridge => bridge.IPv6 is not null)))
            return;
        rules.ApplyIPv6(bridges);
        writtenIPv6 = six;
    }

    /// <summary>Ports lead to the address by which the container also goes out.</summary>
    private static IEnumerable<(IPAddress, PortRequest)> Published(SandboxSpec sandbox) =>
        SandboxWiring.GatewayOf(sandbox.Endpoints) is { } gateway ? sandbox.Ports.Select(port => (gateway.Lease.Address, port)) : [];
}
