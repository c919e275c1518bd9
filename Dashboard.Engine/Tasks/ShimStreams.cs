using System.Buffers.Binary;
using System.Text.Json;
using Dashboard.Oci;
using Dashboard.Oci.Shim;

namespace Dashboard.Engine.Tasks;

/// <summary>Stdio of a task or exec over one stream connection. The kernel's socket buffers and the shim's bounded queue are the only buffering.</summary>
internal sealed class ShimStreams(ShimConnection connection, bool stdout, bool stderr) : TaskStreams
{
    private const int MaxInput = 32 << 10;
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly TaskCompletionSource<ShimExit?> exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadOnlyMemory<byte> rest;
    private OutputStream restStream;
    private bool outputEnded;

    /// <summary>Of an exec: the exit that follows the output. Null when the connection was lost before.</summary>
    public Task<ShimExit?> Exit => exit.Task;

    public override async ValueTask<(OutputStream Stream, int Count)> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (rest.IsEmpty)
        {
            if (outputEnded || !await NextAsync(cancellationToken))
                return (OutputStream.Stdout, 0);
        }
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        rest = rest[count..];
        return (restStream, count);
    }

    private async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (kind, payload) = await connection.ReceiveAsync(cancellationToken);
            switch (kind)
            {
                case ShimFrame.Stdout when stdout:
                    (rest, restStream) = (payload, OutputStream.Stdout);
                    break;
                case ShimFrame.Stderr when stderr:
                    (rest, restStream) = (payload, OutputStream.Stderr);
                    break;
                case ShimFrame.OutputEnd:
                    outputEnded = true;
                    return false;
            }
            return true;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            outputEnded = true;
            exit.TrySetResult(null);
            return false;
        }
    }

    /// <summary>Reads on after the end of output, to the exit of an exec.</summary>
    public async Task FollowExitAsync()
    {
        try
        {
            while (true)
            {
                var (kind, payload) = await connection.ReceiveAsync(CancellationToken.None);
                if (kind != ShimFrame.Exit)
                    continue;
                exit.TrySetResult(JsonSerializer.Deserialize(payload, OciJson.Default.ShimExit));
                return;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            exit.TrySetResult(null);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        for (; !data.IsEmpty; data = data[Math.Min(MaxInput, data.Length)..])
            await SendAsync(ShimFrame.Input, data[..Math.Min(MaxInput, data.Length)], cancellationToken);
    }

    public override ValueTask CloseInputAsync(CancellationToken cancellationToken) => SendAsync(ShimFrame.InputEnd, ReadOnlyMemory<byte>.Empty, cancellationToken);

    public ValueTask ResizeAsync(int rows, int columns, CancellationToken cancellationToken)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)rows);
        BinaryPrimitives.WriteUInt16LittleEndian(size.AsSpan(2), (ushort)columns);
        return SendAsync(ShimFrame.Resize, size, cancellationToken);
    }

    public ValueTask SignalAsync(int signal, CancellationToken cancellationToken)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, signal);
        return SendAsync(ShimFrame.Signal, number, cancellationToken);
    }

    private async ValueTask SendAsync(ShimFrame kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken);
        try
        {
            await connection.SendAsync(kind, payload, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }

    public override ValueTask DisposeAsync() => connection.DisposeAsync();
}
