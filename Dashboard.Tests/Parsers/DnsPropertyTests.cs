using System.Buffers.Binary;
using System.Net;
using System.Text;
using CsCheck;
using Dashboard.Engine.Networking;
using Dashboard.Engine.Networking.Dns;

namespace Dashboard.Tests.Parsers;

/// <summary>Whatever a container sends to its resolver: no exception, no answer that is longer than asked for, nothing out of place.</summary>
public sealed class DnsPropertyTests
{
    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 600];
    private static readonly Gen<string> Name = Gen.String[Gen.Char["abcDEF-_1"], 1, 63].Array[1, 4].Select(labels => string.Join('.', labels));

    [Fact]
    public void AnyBytes_AreAnsweredOrIgnored() => Bytes.Sample(message => AssertSane(message));

    [Fact]
    public void ChangedQuestions_AreAnsweredOrIgnored() => Gen.Select(Name, Gen.UShort, Gen.Int[0, 700], Gen.Byte, Gen.Int[0, 700]).Sample((name, type, at, value, cut) =>
    {
        var message = Question(name, type);
        message[at % message.Length] = value;
        AssertSane(message[..Math.Min(message.Length, cut)]);
    });

    [Fact]
    public void Names_AreReadAsWritten() => Name.Where(name => name.Length < 240).Sample(name =>
    {
        Assert.Equal(DnsProblem.None, DnsQuery.TryParse(Question(name, 1), out var query));
        Assert.Equal(name.ToLowerInvariant(), query.Name);
    });

    [Fact]
    public void Addresses_NeverExceedTheLimit() => Gen.Select(Gen.Int[1, 6000], Gen.Int[0, 70_000], Gen.Int).Sample((count, limit, first) =>
    {
        var message = Question("svc", 1);
        DnsQuery.TryParse(message, out var query);
        var addresses = Enumerable.Range(0, count).Select(number => new IPAddress(number)).ToList();

        var reply = DnsReply.Addresses(query, message, addresses, first, limit);

        var answers = BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(6));
        Assert.True(reply.Length <= Math.Max(limit, message.Length));
        Assert.Equal(message.Length + answers * 16, reply.Length);
        Assert.Equal(answers < count, (reply[2] & 2) != 0);
        Assert.Equal(answers, Enumerable.Range(0, answers).Select(i => BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(message.Length + i * 16 + 12))).Distinct().Count());
    }, iter: 300);

    [Theory]
    [InlineData("4.3.2.1.in-addr.arpa", "1.2.3.4")]
    [InlineData("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", "fd00::1")]
    [InlineData("3.2.1.in-addr.arpa", null)]
    [InlineData("4.3.2.256.in-addr.arpa", null)]
    [InlineData("x.ip6.arpa", null)]
    [InlineData("in-addr.arpa", null)]
    public void Reverse_Name_IsItsAddress(string name, string? address) => Assert.Equal(address, NameDirectory.ReverseOf(name)?.ToString());

    [Fact]
    public void Reverse_AnyText_IsReadOrNot() => Texts.Of("1", "255", "f", ".", ".in-addr.arpa", ".ip6.arpa", "..", "-").Sample(text => NameDirectory.ReverseOf(text));

    private static void AssertSane(byte[] message)
    {
        using var names = new NameServer(Directory(), () => [Endpoint("10.0.0.2")], netns: -1, []);

        if (!names.TryAnswer(message, tcp: false, out var answer) || answer is null) return;

        Assert.Equal(message[..2], answer[..2]);
        Assert.True((answer[2] & 0x80) != 0);
        Assert.True(answer.Length <= ushort.MaxValue);
    }

    private static NameDirectory Directory()
    {
        var directory = new NameDirectory();
        directory.Rebuild("n1", [new SandboxSpec { ContainerId = "c", ContainerName = "a", Pid = 1, Endpoints = [Endpoint("10.0.0.2")] }]);
        return directory;
    }

    private static SandboxEndpoint Endpoint(string address)
    {
        var network = new Network { Id = "n1", Name = "front", Driver = "bridge" };
        var lease = new EndpointLease { ContainerId = "c", NetworkId = "n1", EndpointId = "e", Address = IPAddress.Parse(address), PrefixLength = 24, Gateway = IPAddress.Parse("10.0.0.1"), MacAddress = "" };
        return new SandboxEndpoint(network, lease, ["b", "c"], ["a:d"], 0);
    }

    private static byte[] Question(string name, ushort type) =>
    [
        0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0,
        .. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0,
        (byte)(type >> 8), (byte)type, 0, 1,
    ];
}
