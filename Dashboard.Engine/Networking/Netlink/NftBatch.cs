namespace Dashboard.Engine.Networking.Netlink;

/// <summary>One nf_tables transaction on one table: all of it happens or none (linux/netfilter/nf_tables.h, nfnetlink.h).</summary>
internal sealed class NftBatch
{
    public const byte IPv4 = 2, Bridge = 7, IPv6 = 10;
    public const uint Prerouting = 0, Forward = 2, Output = 3, Postrouting = 4;

    private const ushort Subsystem = 10 << 8, BatchBegin = 0x10, BatchEnd = 0x11;
    private const ushort NewTable = Subsystem, DelTable = Subsystem | 2, NewChain = Subsystem | 3, NewRule = Subsystem | 6;
    private readonly NetlinkMessage message = new();
    private readonly string table;
    private readonly byte family;

    public NftBatch(byte family, string table)
    {
        (this.family, this.table) = (family, table);
        message.Begin(BatchBegin, 0, [0, 0, 0, 10]);
        message.End();
    }

    /// <summary>An empty table, whatever there was.</summary>
    public void ReplaceTable()
    {
        RemoveTable();
        Table(NewTable);
    }

    /// <summary>Adding first: deleting alone would fail where there is none.</summary>
    public void RemoveTable()
    {
        Table(NewTable);
        Table(DelTable);
    }

    /// <summary>A chain that others jump to.</summary>
    public void Chain(string name)
    {
        message.Begin(NewChain, NetlinkMessage.Create, Header);
        message.Text(1, table);
        message.Text(3, name);
        message.End();
    }

    public void Chain(string name, string type, uint hook, int priority)
    {
        message.Begin(NewChain, NetlinkMessage.Create, Header);
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

    public void Rule(string chain, Action<NftRule> build)
    {
        message.Begin(NewRule, NetlinkMessage.Create | NetlinkMessage.Append, Header);
        message.Text(1, table);
        message.Text(2, chain);
        message.Nest(4, () => build(new NftRule(message, family)));
        message.End();
    }

    public void Commit()
    {
        // Errors come for every message; one acknowledgement is enough, and a thousand would overrun the socket.
        message.Begin(NewTable, NetlinkMessage.Ack | NetlinkMessage.Create, Header);
        message.Text(1, table);
        message.End();
        if (removed)
        {
            message.Begin(DelTable, 0, Header);
            message.Text(1, table);
            message.End();
        }
        message.Begin(BatchEnd, 0, [0, 0, 0, 10]);
        message.End();
        using var socket = new NetlinkSocket(NetlinkSocket.Netfilter);
        socket.Exchange(message, "nf_tables transaction");
    }

    private bool removed;

    private byte[] Header => [family, 0, 0, 0];

    private void Table(ushort command)
    {
        removed = command == DelTable;
        message.Begin(command, command == NewTable ? NetlinkMessage.Create : (ushort)0, Header);
        message.Text(1, table);
        message.End();
    }
}
