using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Engine.Containers;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Stats;

/// <summary>
/// All running containers once a second for as long as somebody listens: one reading for all listeners. A container that
/// cannot be read is left out of that reading and named in the log; what makes the reading as a whole impossible ends the
/// listeners with the reason, and the next one begins anew.
/// </summary>
/// <param name="list">All containers.</param>
/// <param name="read">Reads one, given the host's CPU time.</param>
/// <param name="systemCpu">The host's CPU time, in nanoseconds.</param>
internal sealed partial class StatsSampler(
    Func<IReadOnlyList<Container>> list,
    Func<Container, ulong, ContainerStats> read,
    Func<ulong> systemCpu,
    TimeProvider clock,
    ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly List<Channel<IReadOnlyList<ContainerStats>>> listeners = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly HashSet<string> unreadable = [];
    private Task sampling = Task.CompletedTask;
    private bool isSampling;

    /// <summary>Ends with cancellation or with the engine. A listener that is slow gets the newest reading: an old one is worth nothing.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ContainerStats>> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<IReadOnlyList<ContainerStats>>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        Add(channel);
        try
        {
            await foreach (var reading in channel.Reader.ReadAllAsync(cancellationToken))
                yield return reading;
        }
        finally
        {
            lock (gate)
                listeners.Remove(channel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        await stopping.CancelAsync();
        Task last;
        lock (gate)
            last = sampling;
        await last;
        stopping.Dispose();
    }

    private void Add(Channel<IReadOnlyList<ContainerStats>> channel)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
            listeners.Add(channel);
            if (isSampling)
                return;
            isSampling = true;
            sampling = Task.Run(SampleAsync);
        }
    }

    /// <summary>Ends with the last listener or with <see cref="stopping"/>; never faults.</summary>
    private async Task SampleAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Tick, clock);
            while (Listeners() is { } current)
            {
                var reading = ReadAll();
                foreach (var channel in current)
                    channel.Writer.TryWrite(reading);
                await timer.WaitForNextTickAsync(stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            End(null);
        }
        catch (Exception error)
        {
            LogFailed(logger, error);
            End(error);
        }
    }

    private List<Channel<IReadOnlyList<ContainerStats>>>? Listeners()
    {
        lock (gate)
        {
            if (listeners.Count > 0)
                return [.. listeners];
            isSampling = false;
            return null;
        }
    }

    private void End(Exception? error)
    {
        lock (gate)
        {
            isSampling = false;
            foreach (var channel in listeners)
                channel.Writer.TryComplete(error);
            listeners.Clear();
        }
    }

    private List<ContainerStats> ReadAll()
    {
        var cpu = systemCpu();
        var reading = new List<ContainerStats>();
        var failed = new HashSet<string>();
        foreach (var container in list())
        {
            if (!container.State.IsRunning)
                continue;
            try
            {
                reading.Add(read(container, cpu));
            }
            catch (Exception error)
            {
                failed.Add(container.Id);
                // Once, not once a second.
                if (unreadable.Add(container.Id))
                    LogUnreadable(logger, container.Id[..Math.Min(12, container.Id.Length)], error);
            }
        }
        unreadable.IntersectWith(failed);
        return reading;
    }

    [LoggerMessage(LogLevel.Warning, "container {Container}: its counters cannot be read; stats leave it out until they can")]
    private static partial void LogUnreadable(ILogger logger, string container, Exception error);

    [LoggerMessage(LogLevel.Error, "The stream of all stats failed; its listeners have been told")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
