using System.Net.Sockets;
using Dashboard.Engine.Tasks;
using Dashboard.Tests.Shared;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Tests.Runtime.Acceptance;

/// <summary>Receives a terminal's master as runc sends it: one message with one descriptor over a unix stream socket.</summary>
internal sealed class ConsoleSocket : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private FileStream? stream;

    public ConsoleSocket(string directory)
    {
        Path = System.IO.Path.Combine(directory, "console.sock");
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen();
    }

    public string Path { get; }

    /// <summary>Everything that is written to the terminal, until its last user is gone.</summary>
    public async Task<CollectedOutput> AcceptAsync()
    {
        using var peer = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        var master = new SafeFileHandle(DescriptorReceiver.ReceiveAny(peer, 1).Single(), ownsHandle: true);
        stream = new FileStream(master, FileAccess.ReadWrite, bufferSize: 0);
        return new CollectedOutput(stream);
    }

    public async Task SendAsync(string text) => await stream!.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (stream is not null) await stream.DisposeAsync();
        listener.Dispose();
        File.Delete(Path);
    }
}
