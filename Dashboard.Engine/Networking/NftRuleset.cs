using System.Net;
using Dashboard.Engine.Networking.Netlink;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Networking;

/// <summary>
/// The instance's one nftables table, written as a whole from what is wanted: one transaction replaces it, so there is no
/// half state and nothing to undo rule by rule. Connections that exist keep their translation (it lives in conntrack).
/// </summary>
internal sealed class NftRuleset(string table, string bridge, IPNetwork subnet)
{
    private const ushort Subsystem = 10 << 8, BatchBegin = 0x10, BatchEnd = 0x11;
    private const ushort NewTable = Subsystem, DelTable = Subsystem | 2, NewChain = Subsystem | 3, NewRule = Subsystem | 6;
    private const byte Ipv4 = 2;
    private const uint HookPrerouting = 0, HookOutput = 3, HookPostrouting = 4;

    private static readonly IPNetwork Loopback = new(IPAddress.Parse("127.0.0.0"), 8);

    public void Apply(IEnumerable<(IPAddress Container, PortRequest Port)> published)
    {
        var message = new NetlinkMessage();
        message.Begin(BatchBegin, 0, [0, 0, 0, 10]);
        message.End();
        // Add, delete, add: deleting alone would fail where there is none.
        Table(message, NewTable);
        Table(message, DelTable);
        Table(message, NewTable);
        Chain(message, "raw_prerouting", "filter", HookPrerouting, -300);
        Chain(message, "prerouting", "nat", HookPrerouting, -100);
        Chain(message, "output", "nat", HookOutput, -100);
        Chain(message, "postrouting", "nat", HookPostrouting, 100);
        // route_localnet lets the bridge carry 127/8; no container may use that to reach what listens on the host's loopback.
        Rule(message, "raw_prerouting", rule => rule.Input(bridge).Destination(Loopback).Drop());
        foreach (var (container, port) in published)
            Publish(message, container, port);
        Rule(message, "postrouting", rule => rule.Output(bridge).Source(Loopback).Masquerade());
        // Hairpin: a container that reaches a published port of its own bridge would get the answer from a stranger.
        Rule(message, "postrouting", rule => rule.Output(bridge).Source(subnet).WasRewritten().Masquerade());
        Rule(message, "postrouting", rule => rule.NotOutput(bridge).Source(subnet).Masquerade());
        Commit(message);
    }

    public void Remove()
    {
        var message = new NetlinkMessage();
        message.Begin(BatchBegin, 0, [0, 0, 0, 10]);
        message.End();
        Table(message, NewTable);
        Table(message, DelTable);
        Commit(message);
    }

    private static void Commit(NetlinkMessage message)
    {
        message.Begin(BatchEnd, 0, [0, 0, 0, 10]);
        message.End();
        using var socket = new NetlinkSocket(NetlinkSocket.Netfilter);
        socket.Exchange(message, "nf_tables transaction");
    }

    private void Publish(NetlinkMessage message, IPAddress container, PortRequest port)
    {
        if (port.HostAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork)
            return;
        var protocol = (byte)(port.Protocol == "udp" ? 17 : 6);
        foreach (var chain in (ReadOnlySpan<string>)["prerouting", "output"])
        {
            // From outside, 127.0.0.1 is no destination at all; only this host's own output may go there.
            if (chain == "prerouting" && IPAddress.IsLoopback(port.HostAddress))
                continue;
            Rule(message, chain, rule =>
            {
                var match = port.HostAddress.Equals(IPAddress.Any) ? rule.ToThisHost() : rule.Destination(new IPNetwork(port.HostAddress, 32));
                match.Protocol(protocol).DestinationPort(port.HostPort).RewriteDestination(container, port.ContainerPort);
            });
        }
    }

    private void Table(NetlinkMessage message, ushort command)
    {
        message.Begin(command, (ushort)(NetlinkMessage.Ack | (command == NewTable ? NetlinkMessage.Create : 0)), [Ipv4, 0, 0, 0]);
        message.Text(1, table);
        message.End();
    }

    private void Chain(NetlinkMessage message, string name, string type, uint hook, int priority)
    {
        message.Begin(NewChain, NetlinkMessage.Ack | NetlinkMessage.Create, [Ipv4, 0, 0, 0]);
        message.Text(1, table);
        message.Text(3, name);
        message.Nest(4, () =>
        {
            message.Big32(1, hook);
            message.Big32(2, unchecked((uint)priority));
        });
        message.Text(7, type);
        message.End();
    }

    private void Rule(NetlinkMessage message, string chain, Action<NftRule> build)
    {
        message.Begin(NewRule, NetlinkMessage.Ack | NetlinkMessage.Create | NetlinkMessage.Append, [Ipv4, 0, 0, 0]);
        message.Text(1, table);
        message.Text(2, chain);
        message.Nest(4, () => build(new NftRule(message)));
        message.End();
    }
}
