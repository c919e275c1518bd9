using System.Net;
using Dashboard.Engine.Networking.Netlink;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Networking;

/// <summary>
/// The instance's one nftables table for IPv4, written as a whole from what is wanted: one transaction replaces it, so there is
/// no half state and nothing to undo rule by rule. Connections that exist keep their translation (it lives in conntrack).
/// </summary>
internal sealed class NftRuleset(string table)
{
    private static readonly IPNetwork Loopback = new(IPAddress.Parse("127.0.0.0"), 8);

    /// <param name="bridges">In the order of the rules.</param>
    /// <param name="published">Where a port of the host leads to.</param>
    public void Apply(IReadOnlyList<Network> bridges, IEnumerable<(IPAddress Container, PortRequest Port)> published)
    {
        var batch = new NftBatch(NftBatch.IPv4, table);
        batch.ReplaceTable();
        batch.Chain("raw_prerouting", "filter", NftBatch.Prerouting, -300);
        batch.Chain("prerouting", "nat", NftBatch.Prerouting, -100);
        batch.Chain("output", "nat", NftBatch.Output, -100);
        batch.Chain("forward", "filter", NftBatch.Forward, 0);
        batch.Chain("isolation");
        batch.Chain("postrouting", "nat", NftBatch.Postrouting, 100);
        // route_localnet lets a bridge carry 127/8; no container may use that to reach what listens on the host's loopback.
        foreach (var bridge in bridges)
            batch.Rule("raw_prerouting", rule => rule.Input(bridge.Bridge).Destination(Loopback).Drop());
        foreach (var (container, port) in published)
            Publish(batch, container, port);
        Isolate(batch, bridges);
        foreach (var bridge in bridges)
            Translate(batch, bridge);
        batch.Commit();
    }

    public void Remove()
    {
        var batch = new NftBatch(NftBatch.IPv4, table);
        batch.RemoveTable();
        batch.Commit();
    }

    /// <summary>Bridges do not reach each other but by published ports; an internal one reaches nothing.</summary>
    private static void Isolate(NftBatch batch, IReadOnlyList<Network> bridges)
    {
        foreach (var bridge in bridges.Where(bridge => bridge.Internal))
        {
            batch.Rule("forward", rule => rule.Output(bridge.Bridge).NotSource(bridge.IPv4!.Subnet).Drop());
            batch.Rule("forward", rule => rule.Input(bridge.Bridge).NotDestination(bridge.IPv4!.Subnet).Drop());
        }
        batch.Rule("forward", rule => rule.WasRewritten().Accept());
        foreach (var bridge in bridges)
        {
            batch.Rule("forward", rule => rule.Input(bridge.Bridge).NotOutput(bridge.Bridge).Jump("isolation"));
            batch.Rule("isolation", rule => rule.Output(bridge.Bridge).Drop());
        }
    }

    private static void Translate(NftBatch batch, Network bridge)
    {
        var (name, subnet) = (bridge.Bridge, bridge.IPv4!.Subnet);
        batch.Rule("postrouting", rule => rule.Output(name).Source(Loopback).Masquerade());
        // Hairpin: a container that reaches a published port of its own bridge would get the answer from a stranger.
        batch.Rule("postrouting", rule => rule.Output(name).Source(subnet).WasRewritten().Masquerade());
        if (!bridge.Internal && NetworkOptions.Parse(bridge.Options).Masquerade)
            batch.Rule("postrouting", rule => rule.NotOutput(name).Source(subnet).Masquerade());
    }

    private static void Publish(NftBatch batch, IPAddress container, PortRequest port)
    {
        if (port.HostAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork)
            return;
        var protocol = (byte)(port.Protocol == "udp" ? 17 : 6);
        foreach (var chain in (ReadOnlySpan<string>)["prerouting", "output"])
        {
            // From outside, 127.0.0.1 is no destination at all; only this host's own output may go there.
            if (chain == "prerouting" && IPAddress.IsLoopback(port.HostAddress))
                continue;
            batch.Rule(chain, rule =>
            {
                var match = port.HostAddress.Equals(IPAddress.Any) ? rule.ToThisHost() : rule.Destination(new IPNetwork(port.HostAddress, 32));
                match.Protocol(protocol).DestinationPort(port.HostPort).RewriteDestination(container, port.ContainerPort);
            });
        }
    }
}
