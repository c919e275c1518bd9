using System.Net;
using System.Net.Sockets;

namespace Dashboard.Tests.Engine.Registry;

/// <summary>A TCP proxy whose connections are reset once so many bytes have gone one way; it counts what passes.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _target;
    private readonly Task _accepting;
    private int _cuts;

    public CuttingProxy(string target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Domain => _listener.LocalEndpoint.ToString()!;

    /// <summary>Bytes after which a connection is reset; none when null.</summary>
    public long? CutUploadAt { get; set; }
    public long? CutDownloadAt { get; set; }

    /// <summary>How many more connections are reset.</summary>
    public int CutsLeft { get; set; }
    public int Cuts => _cuts;

    public long Uploaded;
    public long Downloaded;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true) running.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            await server.ConnectAsync(IPEndPoint.Parse(_target));
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var up = CopyAsync(client, server, ended, () => CutUploadAt, isUpload: true);
            var down = CopyAsync(server, client, ended, () => CutDownloadAt, isUpload: false);
            await Task.WhenAll(up, down);
            // A reset and not an orderly end.
            client.LingerState = new LingerOption(true, 0);
        }
    }

    private async Task CopyAsync(Socket from, Socket to, CancellationTokenSource ended, Func<long?> limit, bool isUpload)
    {
        var buffer = new byte[64 * 1024];
        long passed = 0;
        try
        {
            while (await from.ReceiveAsync(buffer, ended.Token) is > 0 and var count)
            {
                await to.SendAsync(buffer.AsMemory(0, count), ended.Token);
                Interlocked.Add(ref isUpload ? ref Uploaded : ref Downloaded, count);
                passed += count;
                if (limit() is not { } most || passed < most || CutsLeft <= 0) continue;
                CutsLeft--;
                Interlocked.Increment(ref _cuts);
                break;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // One of the two has gone.
        }
        await ended.CancelAsync();
    }
}
