using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Dashboard.Engine.Api.Hosting;

/// <summary>
/// Lets an endpoint take the whole connection away from HTTP (Docker's "hijack": attach, exec).
/// <code>
///   socket ── inner transport ──┬── HijackableConnection.Transport ── Kestrel's HTTP
///                               └── Take(): raw input and output of the endpoint
/// </code>
/// Kestrel has two habits that break a hijack: the client's half-close fires ConnectionClosed, which aborts the output
/// that is still to come, and when the endpoint returns it writes a response of its own. So HTTP sees a transport that
/// after <see cref="Take"/> reads as ended and swallows what is written, and a token of ours, which the inner one no
/// longer reaches. What the endpoint wrote is sent before the socket closes: the output looks healthy to HTTP to the last,
/// because Kestrel answers an output that has completed by shutting the socket down, unsent bytes or not.
/// </summary>
internal sealed class HijackableConnection : IDuplexPipe
{
    private readonly IDuplexPipe _inner;
    private readonly GatedReader _input;
    private readonly GatedWriter _output;

    private HijackableConnection(IDuplexPipe inner, Socket? socket)
    {
        _inner = inner;
        Socket = socket;
        _input = new GatedReader(inner.Input);
        _output = new GatedWriter(inner.Output);
    }

    public PipeReader Input => _input;
    public PipeWriter Output => _output;
    public bool IsTaken { get; private set; }

    /// <summary>What lies below the pipes, where the transport says so.</summary>
    public Socket? Socket { get; }

    /// <summary>The connection middleware.</summary>
    public static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var inner = connection.Transport;
        var hijackable = new HijackableConnection(inner, connection.Features.Get<IConnectionSocketFeature>()?.Socket);
        using var closed = new CancellationTokenSource();
        using var forwarding = connection.ConnectionClosed.UnsafeRegister(_ => hijackable.OnClosed(closed), null);
        connection.ConnectionClosed = closed.Token;
        connection.Transport = hijackable;
        connection.Features.Set(hijackable);
        await next(connection);
        connection.Transport = inner;
    }

    /// <summary>From now on the connection belongs to the caller. The request's body must have been read.</summary>
    public IDuplexPipe Take()
    {
        IsTaken = true;
        _input.Close();
        _output.Close();
        return _inner;
    }

    private void OnClosed(CancellationTokenSource closed)
    {
        if (!IsTaken) closed.Cancel();
    }

    private sealed class GatedReader(PipeReader inner) : PipeReader
    {
        private bool _closed;

        private static ReadResult Ended => new(default, isCanceled: false, isCompleted: true);

        public void Close() => _closed = true;

        public override bool TryRead(out ReadResult result)
        {
            if (!_closed) return inner.TryRead(out result);
            result = Ended;
            return true;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            _closed ? ValueTask.FromResult(Ended) : inner.ReadAsync(cancellationToken);

        public override void AdvanceTo(SequencePosition consumed)
        {
            if (!_closed) inner.AdvanceTo(consumed);
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (!_closed) inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead()
        {
            if (!_closed) inner.CancelPendingRead();
        }

        public override void Complete(Exception? exception = null)
        {
            if (!_closed) inner.Complete(exception);
        }
    }

    private sealed class GatedWriter(PipeWriter inner) : PipeWriter
    {
        private readonly ArrayBufferWriter<byte> _swallowed = new();
        private bool _closed;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;
        public override long UnflushedBytes => _closed ? 0 : inner.UnflushedBytes;

        public void Close() => _closed = true;

        public override void Advance(int bytes)
        {
            if (_closed) _swallowed.ResetWrittenCount();
            else inner.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _closed ? _swallowed.GetMemory(sizeHint) : inner.GetMemory(sizeHint);
        public override Span<byte> GetSpan(int sizeHint = 0) => _closed ? _swallowed.GetSpan(sizeHint) : inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            _closed ? ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false)) : inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush()
        {
            if (!_closed) inner.CancelPendingFlush();
        }

        public override void Complete(Exception? exception = null)
        {
            if (!_closed) inner.Complete(exception);
        }
    }
}
