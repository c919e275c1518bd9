using System.Net;
using Dashboard.Engine.Networking.Netlink;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Networking;

/// <summary>
/// The instance's nftables tables (one for IPv4, one of the same name for IPv6 while a network has it), written as a whole from what is wanted: one transaction replaces it, so there is
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
        Isolate(batch, bridges, bridge => bridge.IPv4);
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
    private static void Isolate(NftBatch batch, IReadOnlyList<Network> bridges, Func<Network, AddressRange?> rangeOf)
    {
        foreach (var bridge in bridges.Where(bridge => bridge.Internal))
        {
            if (rangeOf(bridge) is not { } range)
                continue;
            batch.Rule("forward", rule => rule.Output(bridge.Bridge).NotSource(range.Subnet).Drop());
            batch.Rule("forward", rule => rule.Input(bridge.Bridge).NotDestination(range.Subnet).Drop());
        }
        batch.Rule("forward", rule => rule.WasRewritten().Accept());
        foreach (var bridge in bridges)
        {
            batch.Rule("forward", rule => rule.Input(bridge.Bridge).NotOutput(bridge.Bridge).Jump("isolation"));
            batch.Rule("isolation", rule => rule.Output(bridge.Bridge).Drop());
            // Its ports do not hear each other; nor may they by way of the host.
            if (!NetworkOptions.Parse(bridge.Options).Icc)
                batch.Rule("forward", rule => rule.Input(bridge.Bridge).Output(bridge.Bridge).Drop());
        }
    }

    /// <summary>IPv6 is routed and translated as IPv4 is; ports are published by the proxy.</summary>
    public void ApplyIPv6(IReadOnlyList<Network> bridges)
    {
        var batch = new NftBatch(NftBatch.IPv6, table);
        if (bridges.All(bridge => bridge.IPv6 is null))
        {
            batch.RemoveTable();
            batch.Commit();
            return;
        }
        batch.ReplaceTable();
        batch.Chain("forward", "filter", NftBatch.Forward, 0);
        batch.Chain("isolation");
        batch.Chain("postrouting", "nat", NftBatch.Postrouting, 100);
        Isolate(batch, bridges, bridge => bridge.IPv6);
        foreach (var bridge in bridges.Where(bridge => bridge is { IPv6: not null, Internal: false } && NetworkOptions.Parse(bridge.Options).Masquerade))
            batch.Rule("postrouting", rule => rule.NotOutput(bridge.Bridge).Source(bridge.IPv6!.Subnet).Masquerade());
        batch.Commit();
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
