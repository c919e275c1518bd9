using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dashboard.Tests.Browser;

/// <summary>A way to a server that fails as networks and sleeping machines do: it goes silent with its connections open, or cuts them.</summary>
internal sealed class FaultyWay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _server;
    private readonly Lock _gate = new();
    private readonly List<Link> _links = [];
    private TaskCompletionSource _open = new();
    private readonly Task _accepting;

    public FaultyWay(Uri server)
    {
        _server = server;
        _open.SetResult();
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Nothing passes any more, and neither side is told.</summary>
    public void Silence() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The server sees its connections end; the browser still hears nothing.</summary>
    public void CutAtServer() => ForEach(link => link.Server.Close());

    /// <summary>Both sides see their connections end; new ones work if it is not silent.</summary>
    public void Cut() => ForEach(link =>
    {
        link.Server.Close();
        link.Browser.Close();
    });

    /// <summary>
    /// New connections pass again. A WebSocket of before stays silent for good, as one whose server gave it up; the idle
    /// connections that a browser keeps for its requests end.
    /// </summary>
    public void Restore()
    {
        ForEach(link =>
        {
            link.Dead = true;
            if (!link.IsWebSocket) link.Browser.Close();
        });
        _open.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _open.TrySetResult();
        Cut();
        await _accepting;
    }

    private void ForEach(Action<Link> act)
    {
        List<Link> all;
        lock (_gate) all = [.. _links];
        all.ForEach(act);
    }

    private async Task AcceptAsync()
    {
        var pumps = new List<Task>();
        try
        {
            while (true)
            {
                var browser = await _listener.AcceptTcpClientAsync(_stop.Token);
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _server.Port, _stop.Token);
                var link = new Link(browser, server);
                lock (_gate) _links.Add(link);
                pumps.Add(PumpAsync(link, browser, server));
                pumps.Add(PumpAsync(link, server, browser));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
        await Task.WhenAll(pumps);
    }

    private async Task PumpAsync(Link link, TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            var (source, target) = (from.GetStream(), to.GetStream());
            while (await source.ReadAsync(buffer, _stop.Token) is > 0 and var read)
            {
                if (from == link.Browser) link.IsWebSocket = link.IsWebSocket || Encoding.ASCII.GetString(buffer, 0, read).Contains("Upgrade: websocket", StringComparison.OrdinalIgnoreCase);
                await _open.Task.WaitAsync(_stop.Token);
                if (link.Dead) return;
                await target.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
            await _open.Task.WaitAsync(_stop.Token);
            if (!link.Dead) to.Close();
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut on one side or the other.
        }
    }

    private sealed class Link(TcpClient browser, TcpClient server)
    {
        public TcpClient Browser { get; } = browser;
        public TcpClient Server { get; } = server;
        public volatile bool Dead;
        public volatile bool IsWebSocket;
    }
}
