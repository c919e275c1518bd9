using System.Net;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Networking;

/// <summary>Keeps the instance's nftables table as the networks and the running containers want it.</summary>
internal sealed class Firewall(EngineOptions options, NetworkCatalog catalog, Func<IEnumerable<SandboxSpec>> sandboxes)
{
    private readonly AsyncGate writer = new();
    private readonly NftRuleset rules = new(options.NftTable);

    /// <summary>Until then the rules of an earlier run stay.</summary>
    public bool IsHeld { get; set; }

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        using var turn = await writer.EnterAsync(cancellationToken);
        if (!IsHeld)
            rules.Apply([.. catalog.Bridges], sandboxes().SelectMany(Published));
    }

    /// <summary>Ports lead to the address by which the container also goes out.</summary>
    private static IEnumerable<(IPAddress, PortRequest)> Published(SandboxSpec sandbox) =>
        SandboxWiring.GatewayOf(sandbox.Endpoints) is { } gateway ? sandbox.Ports.Select(port => (gateway.Lease.Address, port)) : [];
}
