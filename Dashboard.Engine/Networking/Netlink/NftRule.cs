using System.Net;
using System.Text;

namespace Dashboard.Engine.Networking.Netlink;

/// <summary>The expressions of one nf_tables rule (linux/netfilter/nf_tables.h), written in the order of the match.</summary>
internal sealed class NftRule(NetlinkMessage message, byte family = NftBatch.IPv4)
{
    private const uint Register1 = 1, Register2 = 2, Verdict = 0;
    private const uint MetaIifName = 6, MetaOifName = 7, MetaL4Proto = 16, CtStatus = 2;
    private const uint Equal = 0, NotEqual = 1;
    private const uint Network = 1, Transport = 2;

    public NftRule Input(string name) => Interface(MetaIifName, name, Equal);
    public NftRule Output(string name) => Interface(MetaOifName, name, Equal);
    public NftRule NotOutput(string name) => Interface(MetaOifName, name, NotEqual);

    public NftRule Protocol(byte protocol)
    {
        Meta(MetaL4Proto);
        return Compare(Equal, [protocol]);
    }

    public NftRule Source(IPNetwork network) => Address(SourceOffset, network, Equal);
    public NftRule NotSource(IPNetwork network) => Address(SourceOffset, network, NotEqual);
    public NftRule Destination(IPNetwork network) => Address(DestinationOffset, network, Equal);
    public NftRule NotDestination(IPNetwork network) => Address(DestinationOffset, network, NotEqual);

    // struct iphdr and struct ip6_hdr.
    private uint SourceOffset => family == NftBatch.IPv6 ? 8u : 12u;
    private uint DestinationOffset => family == NftBatch.IPv6 ? 24u : 16u;

    public NftRule DestinationPort(int port)
    {
        Payload(Transport, 2, 2);
        return Compare(Equal, [(byte)(port >> 8), (byte)port]);
    }

    /// <summary>The destination is an address of this host (fib daddr type local).</summary>
    public NftRule ToThisHost()
    {
        Expression("fib", () =>
        {
            message.Big32(1, Register1);
            message.Big32(2, 3);
            message.Big32(3, 2);
        });
        return Compare(Equal, [2, 0, 0, 0]);
    }

    /// <summary>The connection's destination was rewritten (IPS_DST_NAT).</summary>
    public NftRule WasRewritten()
    {
        Expression("ct", () =>
        {
            message.Big32(1, Register1);
            message.Big32(2, CtStatus);
        });
        Mask([0x20, 0, 0, 0]);
        return Compare(Equal, [0x20, 0, 0, 0]);
    }

    public void Drop() => Decide(0);

    /// <summary>For this chain: others at the same hook still have their say.</summary>
    public void Accept() => Decide(1);

    public void Jump(string chain) => Decide(-3, chain);

    public void Masquerade() => Expression("masq", () => { });

    public void RewriteDestination(IPAddress address, int port)
    {
        Immediate(Register1, address.GetAddressBytes());
        Immediate(Register2, [(byte)(port >> 8), (byte)port]);
        Expression("nat", () =>
        {
            message.Big32(1, 1);
            message.Big32(2, 2);
            message.Big32(3, Register1);
            message.Big32(5, Register2);
        });
    }

    private NftRule Interface(uint key, string name, uint operation)
    {
        Meta(key);
        var padded = new byte[16];
        Encoding.ASCII.GetBytes(name, padded);
        return Compare(operation, padded);
    }

    private NftRule Address(uint offset, IPNetwork network, uint operation)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        Payload(Network, offset, (uint)bytes.Length);
        if (network.PrefixLength < bytes.Length * 8)
        {
            var mask = new byte[bytes.Length];
            for (var bit = 0; bit < network.PrefixLength; bit++)
                mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
            Mask(mask);
        }
        return Compare(operation, bytes);
    }

    private void Decide(int code, string? chain = null) => Expression("immediate", () =>
    {
        message.Big32(1, Verdict);
        message.Nest(2, () => message.Nest(2, () =>
        {
            message.Big32(1, unchecked((uint)code));
            if (chain is not null)
                message.Text(2, chain);
        }));
    });

    private void Meta(uint key) => Expression("meta", () =>
    {
        message.Big32(1, Register1);
        message.Big32(2, key);
    });

    private void Payload(uint layer, uint offset, uint length) => Expression("payload", () =>
    {
        message.Big32(1, Register1);
        message.Big32(2, layer);
        message.Big32(3, offset);
        message.Big32(4, length);
    });

    private void Mask(byte[] mask) => Expression("bitwise", () =>
    {
        message.Big32(1, Register1);
        message.Big32(2, Register1);
        message.Big32(3, (uint)mask.Length);
        message.Nest(4, () => message.Attribute(1, mask));
        message.Nest(5, () => message.Attribute(1, new byte[mask.Length]));
    });

    private NftRule Compare(uint operation, byte[] value)
    {
        Expression("cmp", () =>
        {
            message.Big32(1, Register1);
            message.Big32(2, operation);
            message.Nest(3, () => message.Attribute(1, value));
        });
        return this;
    }

    private void Immediate(uint register, byte[] value) => Expression("immediate", () =>
    {
        message.Big32(1, register);
        message.Nest(2, () => message.Attribute(1, value));
    });

    private void Expression(string name, Action data) => message.Nest(1, () =>
    {
        message.Text(1, name);
        message.Nest(2, data);
    });
}
