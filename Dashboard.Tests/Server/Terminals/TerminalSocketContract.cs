using System.Net;
using System.Net.WebSockets;
using Dashboard.Server.Terminals;
using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Server.Terminals;

/// <summary>A terminal over the WebSocket in containers of a real engine, ours and Docker's.</summary>
public abstract class TerminalSocketContract(HostFixture fixture) : CliTest(fixture)
{
    private const string Prompt = "/ # ";

    [Fact]
    public async Task Open_Shell_EchoesAndGivesItsExitCode()
    {
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using var terminal = await host.OpenAsync(await RunIdleAsync());
        await terminal.ExpectAsync(Prompt);

        await terminal.TypeAsync("echo sum-$((40+2)) $TERM; tty\n");
        await terminal.ExpectAsync("sum-42 xterm-256color");
        await terminal.ExpectAsync("/dev/pts/");
        await terminal.TypeAsync("exit 7\n");

        var end = await terminal.ExpectEndAsync();
        Assert.Equal(7, end.GetProperty("exit").GetInt32());
        Assert.False(end.TryGetProperty("stopped", out _));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, terminal.Closed);
    }

    [Fact]
    public async Task Open_ImageWithBash_GivesBash()
    {
        var id = await Docker.OkAsync("run", "-d", TestImages.Debian, "sleep", "1000");
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using var terminal = await host.OpenAsync(id);

        await terminal.TypeAsync("echo it-is-$((1+1))-$BASH\n");

        await terminal.ExpectAsync("it-is-2-/usr/bin/bash");
        await terminal.TypeAsync("exit\n");
        await terminal.ExpectEndAsync();
    }

    [Fact]
    public async Task Open_ShellAndUserOfTheUrl_AreTaken()
    {
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using var terminal = await host.OpenAsync(await RunIdleAsync(), "?shell=/bin/ash&user=app");
        await terminal.TypeAsync("echo I-am-$(id -un) $0\n");

        await terminal.ExpectAsync("I-am-app /bin/ash");

        await terminal.TypeAsync("exit\n");
        await terminal.ExpectEndAsync();
    }

    [Fact]
    public async Task Size_OfTheUrlAndOfMessages_IsTheTerminals()
    {
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using var terminal = await host.OpenAsync(await RunIdleAsync(), "?cols=101&rows=33");
        await terminal.TypeAsync("stty size\n");
        await terminal.ExpectAsync("33 101");

        await terminal.ControlAsync("""{"resize":[120,50]}""");
        await terminal.TypeAsync("stty size\n");
        await terminal.ExpectAsync("50 120");

        await terminal.TypeAsync("exit\n");
        await terminal.ExpectEndAsync();
    }

    [Fact]
    public async Task Open_ContainerWithoutShell_SaysSo()
    {
        var binary = new LayerBuilder().File("busybox", await File.ReadAllBytesAsync("/bin/busybox", TestContext.Current.CancellationToken), 0b111_101_101).ToArray();
        var bare = TestImages.BusyboxImage with { Tag = "bare:1", Layers = [binary] };
        (await Docker.WithStdinAsync(bare.ToDockerArchive(), "load")).MustSucceed();
        var id = await Docker.OkAsync("run", "-d", "bare:1", "/busybox", "sleep", "1000");
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);

        using var terminal = await host.OpenAsync(id);
        var end = await terminal.ExpectEndAsync();

        await Docker.OkAsync("rm", "-f", id);
        await Docker.OkAsync("rmi", "bare:1");
        Assert.Equal(TerminalEnd.NoShell, end.GetProperty("error").GetString());
        Assert.Contains("sh", end.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Open_UnknownContainerOrEndpoint_SaysSo()
    {
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);

        using var container = await host.OpenAsync("nobody");
        using var endpoint = await host.OpenAsync("nobody", endpoint: "elsewhere");

        var end = await container.ExpectEndAsync();
        Assert.Equal((TerminalEnd.NotFound, "No such container: nobody"), (end.GetProperty("error").GetString(), end.GetProperty("detail").GetString()));
        Assert.Equal(TerminalEnd.NotFound, (await endpoint.ExpectEndAsync()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Open_StoppedContainer_SaysSo()
    {
        var id = await Docker.OkAsync("create", TestImages.Busybox, "true");
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);

        using var terminal = await host.OpenAsync(id);

        var end = await terminal.ExpectEndAsync();
        Assert.Equal(TerminalEnd.NotRunning, end.GetProperty("error").GetString());
        Assert.Contains("is not running", end.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Container_Stops_EndsTheTerminalAndSaysWhy()
    {
        var id = await RunIdleAsync();
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using var terminal = await host.OpenAsync(id);
        await terminal.ExpectAsync(Prompt);

        await Docker.OkAsync("stop", id);

        var end = await terminal.ExpectEndAsync();
        Assert.True(end.GetProperty("stopped").GetBoolean(), end.ToString());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, terminal.Closed);
    }

    [Fact]
    public async Task SignedOut_Terminal_EndsAndLeavesNoShell()
    {
        var id = await RunIdleAsync();
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using var terminal = await host.OpenAsync(id, user: "eve");
        using var other = await host.OpenAsync(id, user: "adam");
        await terminal.ExpectAsync(Prompt);
        await other.ExpectAsync(Prompt);

        await host.Sessions.EndAsync(TerminalHost.Principal("eve"));

        Assert.Equal(TerminalEnd.SignedOut, (await terminal.ExpectEndAsync()).GetProperty("error").GetString());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, terminal.Closed);
        await other.TypeAsync("echo still-$((1+1))\n");
        await other.ExpectAsync("still-2");
        other.Vanish();
        await NoShellIsLeftAsync(id);
    }

    [Theory]
    [InlineData("echo id''le\n", "idle")]
    [InlineData("echo sl''eeps; sleep 5000\n", "sleeps")]
    [InlineData("trap '' HUP; echo de''af\n", "deaf")]
    [InlineData("yes\n", "y\r\ny\r\n")]
    public async Task Browser_Vanishes_LeavesNoProcess(string typed, string answer)
    {
        var id = await RunIdleAsync();
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using var terminal = await host.OpenAsync(id);
        await terminal.ExpectAsync(Prompt);
        await terminal.TypeAsync(typed);
        await terminal.ExpectAsync(answer);

        terminal.Vanish();

        await NoShellIsLeftAsync(id);
    }

    [Fact]
    public async Task Browser_Closes_LeavesNoProcess()
    {
        var id = await RunIdleAsync();
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using (var terminal = await host.OpenAsync(id))
            await terminal.ExpectAsync(Prompt);

        await NoShellIsLeftAsync(id);
    }

    [Fact]
    public async Task Server_Stops_TellsTheBrowser()
    {
        var id = await RunIdleAsync();
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using var terminal = await host.OpenAsync(id);
        await terminal.ExpectAsync(Prompt);

        var stopping = host.StopAsync();

        Assert.Equal(TerminalEnd.Stopping, (await terminal.ExpectEndAsync()).GetProperty("error").GetString());
        await stopping;
        await NoShellIsLeftAsync(id);
    }

    [Fact]
    public async Task Output_BrowserThatConfirmsNothing_GetsOneWindowAndLaterAll()
    {
        const int Length = 8 * 1024 * 1024;
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using var terminal = await host.OpenAsync(await RunIdleAsync());
        await terminal.ExpectAsync(Prompt);
        var before = terminal.Received;
        terminal.Confirms = false;

        // No line breaks, which a terminal would double; the marks are put together by the shell, for it echoes what is typed.
        await terminal.TypeAsync($"stty -echo; echo be''gin; head -c {Length} /dev/zero | tr '\\0' x; echo; echo en''d\n");
        while (terminal.Received < TerminalSession.Window)
            await terminal.ReceiveAsync();
        var more = terminal.ReceiveAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => more.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken));

        Assert.InRange(terminal.Received, TerminalSession.Window, TerminalSession.Window + (16 * 1024));
        terminal.Confirms = true;
        await terminal.ConfirmAsync(terminal.Received - before);
        await more;
        await terminal.ExpectAsync("end\r\n");
        Assert.InRange(terminal.Received - before, Length, Length + 1024);
        await terminal.TypeAsync("exit\n");
        await terminal.ExpectEndAsync();
    }

    [Fact]
    public async Task Input_OneMebibyteThroughAProgramThatAnswersAll_ComesBack()
    {
        const int Length = 1024 * 1024;
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);
        using var terminal = await host.OpenAsync(await RunIdleAsync());
        await terminal.ExpectAsync(Prompt);
        await terminal.TypeAsync($"stty raw -echo; echo re''ady; head -c {Length} | wc -c; stty sane; echo do''ne\n");
        await terminal.ExpectAsync("ready");

        var piece = new byte[16 * 1024];
        Array.Fill(piece, (byte)'k');
        for (var sent = 0; sent < Length; sent += piece.Length)
        {
            while (sent - terminal.Confirmed > TerminalSession.LongestInput - piece.Length)
                await terminal.ReceiveAsync();
            await terminal.SendAsync(piece, WebSocketMessageType.Binary);
        }

        await terminal.ExpectAsync(Length.ToString());
        await terminal.ExpectAsync("done");
        await terminal.TypeAsync("exit\n");
        await terminal.ExpectEndAsync();
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Open_OtherOrigin_IsForbidden(string origin)
    {
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);

        using var terminal = await host.OpenAsync("any", origin: origin);

        Assert.Equal(HttpStatusCode.Forbidden, terminal.Refused);
    }

    [Fact]
    public async Task Open_Nobody_IsUnauthorized()
    {
        await using var host = await TerminalHost.StartAsync(Host.SocketPath);

        using var terminal = await host.OpenAsync("any", user: null);

        Assert.Equal(HttpStatusCode.Unauthorized, terminal.Refused);
    }

    private Task NoShellIsLeftAsync(string id)
    {
        var last = "";
        return Eventually.GetAsync<object>(
            async () =>
            {
                // RunIdle's own shell and its sleep, by their parents, are not of a terminal: every terminal has a tty.
                last = (await Docker.RunAsync("exec", id, "ps", "-o", "pid,tty,args")).AllOutput;
                return last.Split('\n').Any(line => line.Contains("136,", StringComparison.Ordinal)) ? null : "";
            },
            TimeSpan.FromSeconds(20),
            () => $"processes with a terminal are left:\n{last}");
    }
}

[Collection(typeof(DashboardHost))]
public sealed class TerminalSocketOnDashboard(DashboardFixture fixture) : TerminalSocketContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class TerminalSocketOnDockerd(DockerdFixture fixture) : TerminalSocketContract(fixture);
