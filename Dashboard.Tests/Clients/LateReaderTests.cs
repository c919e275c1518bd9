using System.Net.Sockets;
using System.Text;
using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>docker-py loses what comes in one read with the head of an upgrade: ours never sends the two together.</summary>
[Collection(typeof(ClientsDashboardHost))]
public sealed class LateReaderTests(ClientsDashboardFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Exec_OutputBeforeTheHeadIsRead_ComesAfterIt()
    {
        var box = await RunIdleAsync("--name", "box");
        var (status, body) = await CallAsync("POST", $"/v1.41/containers/{box}/exec", """{"Cmd":["sh","-c","echo out; touch /done"],"AttachStdout":true}""");
        Assert.Equal(201, status);
        var id = System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("Id").GetString();

        using var socket = await AskAsync($"/v1.41/exec/{id}/start", """{"Detach":false,"Tty":false}""");
        await Eventually.GetAsync<object>(async () => (await Docker.RunAsync("exec", "box", "test", "-e", "/done")).ExitCode == 0 ? "" : null, TimeSpan.FromSeconds(2), () => "the command did not run");

        var head = await ReadAsync(socket);
        Assert.StartsWith("HTTP/1.1 101 ", head);
        Assert.EndsWith("\r\n\r\n", head);
        Assert.Equal("\u0001\0\0\0\0\0\0\u0004out\n", await ReadAsync(socket));
        Assert.Equal("", await ReadAsync(socket));
    }

    [Fact]
    public async Task Attach_LogsBeforeTheHeadIsRead_ComeAfterIt()
    {
        await Docker.OkAsync("run", "--name", "box", TestImages.Busybox, "echo", "out");

        using var socket = await AskAsync("/v1.41/containers/box/attach?logs=1&stdout=1", "");
        await Eventually.TrueAsync(() => socket.Available > 0, TimeSpan.FromSeconds(10), () => "no answer");
        Assert.EndsWith("\r\n\r\n", await ReadAsync(socket));
        Assert.Equal("\u0001\0\0\0\0\0\0\u0004out\n", await ReadAsync(socket));
    }

    private async Task<Socket> AskAsync(string path, string json)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Host.SocketPath), TestContext.Current.CancellationToken);
        var request = $"POST {path} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        return socket;
    }

    // As much as there is, as a buffering reader asks.
    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[8192];
        return Encoding.Latin1.GetString(buffer, 0, await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
    }
}
