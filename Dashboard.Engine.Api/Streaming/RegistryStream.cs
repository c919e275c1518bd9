using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Registry;

namespace Dashboard.Engine.Api.Streaming;

/// <summary>
/// The JSON lines of a pull or push. The head goes out with the first line, so that what fails before it has a status of its own. A
/// client that reads slowly misses states of a bar, never a line, and nothing piles up for it.
/// </summary>
internal sealed class RegistryStream(ApiRequest request, TimeProvider clock) : IProgress<RegistryProgress>, IDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Dictionary<string, int> _bars = [];
    private List<RegistryProgress> _pending = [];
    private volatile bool _ended;

    public static async Task RunAsync(ApiRequest request, TimeProvider clock, Func<IProgress<RegistryProgress>, Task> work)
    {
        using var stream = new RegistryStream(request, clock);
        await stream.RunAsync(work);
    }

    public void Dispose() => _signal.Dispose();

    public void Report(RegistryProgress value)
    {
        lock (_gate)
        {
            if (!value.IsMessage && value.Id.Length > 0)
            {
                if (_bars.TryGetValue(value.Id, out var at) && _pending[at].Status == value.Status)
                {
                    _pending[at] = value;
                    return;
                }
                _bars[value.Id] = _pending.Count;
            }
            _pending.Add(value);
            if (_signal.CurrentCount == 0) _signal.Release();
        }
    }

    private async Task RunAsync(Func<IProgress<RegistryProgress>, Task> work)
    {
        using var ended = new CancellationTokenSource();
        var working = WorkAsync(work, ended);
        try
        {
            // Looked at before the last lines are taken, so that none is left.
            for (var last = false; !last;)
            {
                await _signal.WaitAsync(request.Aborted);
                last = _ended;
                await WriteAsync(Take());
                if (!last) await Task.Delay(s_pace, clock, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await EndAsync(working);
    }

    private async Task EndAsync(Task working)
    {
        try
        {
            await working;
            if (!request.Response.HasStarted) await request.BeginStreamAsync();
        }
        catch (EngineException error) when (request.Response.HasStarted)
        {
            // The status went out with the first byte, as dockerd's does: the error is a line of the stream.
            await ApiJson.WriteLineAsync(request.Response, ProgressLine.Failure(error.Message), request.Aborted);
        }
    }

    private Task WorkAsync(Func<IProgress<RegistryProgress>, Task> work, CancellationTokenSource ended)
    {
        var working = work(this);
        return working.ContinueWith(
            async task =>
            {
                _ended = true;
                await ended.CancelAsync();
                lock (_gate)
                {
                    if (_signal.CurrentCount == 0) _signal.Release();
                }
                await task;
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap();
    }

    private List<RegistryProgress> Take()
    {
        lock (_gate)
        {
            var taken = _pending;
            _pending = [];
            _bars.Clear();
            return taken;
        }
    }

    private async Task WriteAsync(List<RegistryProgress> lines)
    {
        if (lines.Count == 0) return;
        if (!request.Response.HasStarted) await request.BeginStreamAsync();
        foreach (var line in lines) await ApiJson.WriteLineAsync(request.Response, Line(line), request.Aborted);
    }

    private static ProgressLine Line(RegistryProgress progress)
    {
        if (progress.Pushed is { } pushed)
            return new ProgressLine { progressDetail = new ProgressDetail(0, 0), aux = new PushedMessage(pushed.Tag, pushed.Digest, pushed.Size) };
        return progress.IsMessage
            ? new ProgressLine { status = progress.Status, id = progress.Id }
            : new ProgressLine
            {
                status = progress.Status,
                progressDetail = new ProgressDetail(progress.Current, progress.Total),
                progress = HumanSize.Bar(progress.Current, progress.Total),
                id = progress.Id,
            };
    }
}
