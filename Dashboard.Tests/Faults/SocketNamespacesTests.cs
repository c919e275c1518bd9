using System.Net.Sockets;
using Dashboard.Engine.Networking;
using Dashboard.Linux;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Faults;

/// <summary>The leak check sees a namespace that only a socket holds.</summary>
public sealed class SocketNamespacesTests
{
    [Fact]
    public async Task Of_SocketInsideAnotherNamespace_IsSeenUntilItIsClosed()
    {
        await using var network = await TestNetwork.CreateAsync();
        var name = Path.GetFileName(network.Inside[1]);
        var netns = Fcntl.open("/run/netns/" + name, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC, 0);
        var inside = $"net:[{(await Command.RunAsync("stat", "-L", "-c", "%i", "/run/netns/" + name)).MustSucceed().Text}]";
        Socket? socket = null;
        await NamespaceThread.RunAsync(netns, () => socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        Unistd.close(netns);

        Assert.Contains(inside, SocketNamespaces.Of(Environment.ProcessId));
        socket!.Dispose();
        Assert.DoesNotContain(inside, SocketNamespaces.Of(Environment.ProcessId));
    }
}
