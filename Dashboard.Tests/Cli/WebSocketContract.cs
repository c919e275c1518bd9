using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Attach over a WebSocket.</summary>
public abstract class WebSocketContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Attach_BeforeTheStart_GetsAllOutputAndTheEnd()
    {
        var id = await Docker.OkAsync("create", TestImages.Busybox, "sh", "-c", "echo out; echo err >&2");
        using var socket = await OpenAsync(id, "stream=1&stdout=1&stderr=1");

        await Docker.OkAsync("start", id);

        var lines = (await ReadAsync(socket)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["err", "out"], lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Attach_Stdin_ReachesTheProcess()
    {
        var id = await Docker.OkAsync("run", "-d", "-i", TestImages.Busybox, "sh", "-c", "while read line; do echo got $line; [ $line = stop ] && exit; done");
        using var socket = await OpenAsync(id, "stream=1&stdin=1&stdout=1");

        await socket.SendAsync("one\n"u8.ToArray(), WebSocketMessageType.Binary, true, Token);
        await socket.SendAsync("stop\n"u8.ToArray(), WebSocketMessageType.Binary, true, Token);

        Assert.Equal("got one\ngot stop\n", await ReadAsync(socket));
        Assert.Equal("0", await Docker.OkAsync("wait", id));
    }

    [Fact]
    public async Task Attach_ClientThatLeaves_LeavesTheContainerRunning()
    {
        var id = await RunIdleAsync();
        using (var socket = await OpenAsync(id, "stream=1&stdout=1&stderr=1"))
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Token);

        Assert.Equal("true", await InspectAsync(id, "{{.State.Running}}"));
    }

    [Fact]
    public async Task Attach_Logs_ComeBeforeTheLiveOutput()
    {
        var id = await Docker.OkAsync("run", "-d", TestImages.Busybox, "echo", "earlier");
        await Docker.OkAsync("wait", id);
        using var socket = await OpenAsync(id, "logs=1&stdout=1");

        Assert.Equal("earlier\n", await ReadAsync(socket));
    }

    [Fact]
    public async Task Attach_WrongRequests_AreRefused()
    {
        Assert.Equal(404, (await CallAsync("GET", "/v1.41/containers/nobody/attach/ws?stream=1")).Status);
        Assert.SkipUnless(Host.IsDashboard, "dockerd 20.10 answers in raw HTTP of its own");
        var id = await Docker.OkAsync("create", TestImages.Busybox, "true");
        Assert.Equal(400, (await CallAsync("GET", $"/v1.41/containers/{id}/attach/ws?stream=1")).Status);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<ClientWebSocket> OpenAsync(string id, string query)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await unix.ConnectAsync(new UnixDomainSocketEndPoint(Host.SocketPath), cancellationToken);
                return new NetworkStream(unix, ownsSocket: true);
            },
        };
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "http://localhost");
        await socket.ConnectAsync(new Uri($"ws://docker/v1.41/containers/{id}/attach/ws?{query}"), new HttpMessageInvoker(handler), Token);
        return socket;
    }

    private static async Task<string> ReadAsync(ClientWebSocket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), Token) is { MessageType: not WebSocketMessageType.Close } piece) all.Write(buffer, 0, piece.Count);
        }
        catch (WebSocketException)
        {
            // dockerd ends without a closing handshake.
        }
        return Encoding.UTF8.GetString(all.ToArray());
    }
}
