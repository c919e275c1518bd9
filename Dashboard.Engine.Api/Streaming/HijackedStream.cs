using Microsoft.AspNetCore.Http.Features;
using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Dashboard.Engine.Api.Hosting;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Tasks;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Engine.Api.Streaming;

/// <summary>
/// A connection that has left HTTP.
/// <code>
///   client                          server
///   POST …/attach   Upgrade: tcp →
///                                 ← 101 UPGRADED, or 200 OK to a client that did not ask for an upgrade
///   stdin, raw                    →
///   half-close (end of stdin)     → the process reads end of file, its output goes on
///                                 ← stdout and stderr, framed (StdCopy) unless there is a terminal
///                                 ← close: the process has ended, or the user has typed the detach keys
/// </code>
/// </summary>
internal sealed class HijackedStream(PipeReader input, PipeWriter output, HijackHead head, bool tty, DetachKeys? detachKeys)
{
    private const int BufferLength = 32 * 1024;
    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Where output can go: the client has the head.</summary>
    public async ValueTask<PipeWriter> OutputAsync(CancellationToken cancellationToken)
    {
        await head.TakenAsync(cancellationToken);
        return output;
    }

    /// <summary>Takes the connection and answers. From here on no error can become a status.</summary>
    /// <param name="withHeaders">exec repeats the headers of the API after the upgrade, attach does not (compared with dockerd).</param>
    public static async Task<HijackedStream> BeginAsync(ApiRequest request, string contentType, bool tty, DetachKeys? detachKeys, bool withHeaders)
    {
        var connection = request.Http.Features.GetRequiredFeature<HijackableConnection>();
        var pipes = connection.Take();
        var head = new StringBuilder(request.IsUpgrade
            ? $"HTTP/1.1 101 UPGRADED\r\nContent-Type: {contentType}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Type: {MediaTypes.RawStream}\r\n");
        if (withHeaders)
        {
            foreach (var header in request.Response.Headers) head.Append(header.Key).Append(": ").Append(header.Value.ToString()).Append("\r\n");
        }

        var sent = await HijackHead.SendAsync(connection.Socket, pipes.Output, Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), request.Aborted);
        return new HijackedStream(pipes.Input, pipes.Output, sent, tty, detachKeys);
    }

    /// <summary>Copies both ways until the output ends, the client has gone or the user detaches.</summary>
    /// <returns>True when the user detached.</returns>
    public async Task<bool> RunAsync(TaskStreams streams, bool stdin, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = stdin ? CopyInputAsync(streams, end) : Task.FromResult(false);
        try
        {
            await CopyOutputAsync(streams, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return await reading;
        }
        finally
        {
            await end.CancelAsync();
        }

        return await reading;
    }

    /// <summary>
    /// Sends what is written, then closes. What the client still types is read away until it sees the end: a socket that
    /// closes over unread bytes resets the connection, and the client would take the end for an error.
    /// </summary>
    public async Task EndAsync()
    {
        await output.CompleteAsync();
        using var limit = new CancellationTokenSource(s_closeLimit);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(limit.Token);
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // A client that types on after the end gets the reset.
        }
    }

    private async Task CopyOutputAsync(TaskStreams streams, CancellationToken cancellationToken)
    {
        var header = tty ? 0 : StdCopy.HeaderLength;
        var first = true;
        while (true)
        {
            var memory = output.GetMemory(BufferLength);
            var (stream, count) = await streams.ReadAsync(memory[header..], cancellationToken);
            if (count == 0) return;
            if (!tty) StdCopy.WriteHeader(memory.Span, stream, count);
            output.Advance(header + count);
            if (first) await head.TakenAsync(cancellationToken);
            first = false;
            if ((await output.FlushAsync(cancellationToken)).IsCompleted) return;
        }
    }

    private async Task<bool> CopyInputAsync(TaskStreams streams, CancellationTokenSource end)
    {
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(end.Token);
                foreach (var segment in read.Buffer)
                {
                    if (!await PassAsync(streams, segment, end.Token)) continue;
                    await end.CancelAsync();
                    return true;
                }

                input.AdvanceTo(read.Buffer.End);
                if (!read.IsCompleted) continue;
                await streams.CloseInputAsync(end.Token);
                return false;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return false;
        }
        catch (IOException)
        {
            // The process reads no more, or the client was cut off; either is the end of stdin alone, what it still writes goes out.
            return false;
        }
    }

    /// <returns>True on the detach keys.</returns>
    private async ValueTask<bool> PassAsync(TaskStreams streams, ReadOnlyMemory<byte> typed, CancellationToken cancellationToken)
    {
        if (detachKeys is null)
        {
            await streams.WriteAsync(typed, cancellationToken);
            return false;
        }

        var passed = ArrayPool<byte>.Shared.Rent(typed.Length + detachKeys.LongestHeld);
        try
        {
            var detached = detachKeys.Scan(typed.Span, passed, out var count);
            if (count > 0) await streams.WriteAsync(passed.AsMemory(0, count), cancellationToken);
            return detached;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(passed);
        }
    }
}
