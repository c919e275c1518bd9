using System.Runtime.CompilerServices;
using Dashboard.Engine.Errors;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Events;

/// <summary>
/// The events of the engine: saved in order, then announced. A subscriber is only a position in the log and is woken when
/// the log grows, so that there is no buffer per subscriber to overflow: recent events come from memory, older ones from
/// the table. What it tells has happened: one that cannot be saved is told all the same, to those who listen now.
/// </summary>
internal sealed partial class EventLog(EventTable table, TimeProvider clock, ILogger<EventLog> logger) : IEvents
{
    private const int RecentCapacity = 512;

    private readonly AsyncGate publishing = new();
    private readonly Lock gate = new();
    private readonly Queue<StoredEvent> recent = new(RecentCapacity);
    private long lastTimeNano = table.LastTimeNano;
    private long lastSequence = table.LastSequence;
    private TaskCompletionSource grown = NewSignal();

    public async ValueTask PublishAsync(string type, string action, string actorId, IReadOnlyDictionary<string, string> attributes)
    {
        using var turn = await publishing.EnterAsync();
        var entry = new EngineEvent { Type = type, Action = action, ActorId = actorId, Attributes = attributes, TimeNano = NextTime() };
        var sequence = lastSequence + 1;
        try
        {
            await table.AppendAsync(sequence, entry);
        }
        catch (EngineException error)
        {
            LogNotSaved(type, action, error.Message);
        }
        Announce(new StoredEvent(sequence, entry));
    }

    public IAsyncEnumerable<EngineEvent> StreamAsync(long? sinceNano, long? untilNano, CancellationToken cancellationToken)
    {
        // The position is taken now and not at the first move of the reader: what is published in between belongs to it.
        long position;
        lock (gate)
            position = lastSequence;
        if (sinceNano is { } since)
            position = Math.Min(position, table.SequenceBefore(since));
        return FollowAsync(position, untilNano, cancellationToken);
    }

    private async IAsyncEnumerable<EngineEvent> FollowAsync(long position, long? untilNano, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = untilNano is { } until ? new CancellationTokenSource(Delay(until), clock) : null;
        using var link = timer?.Token.Register(end.Cancel);
        Task signal;
        do
        {
            signal = Signal();
            for (var next = After(position); next.Count > 0; next = After(position))
            {
                foreach (var (sequence, entry) in next)
                {
                    if (entry.TimeNano > untilNano)
                        yield break;
                    position = sequence;
                    yield return entry;
                }
            }
        }
        while (await GrownAsync(signal, end.Token));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private TimeSpan Delay(long untilNano)
    {
        var milliseconds = Math.Max(0, (untilNano - Now()) / 1_000_000);
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue - 1));
    }

    /// <summary>False at the end of the reading.</summary>
    private static async Task<bool> GrownAsync(Task signal, CancellationToken end)
    {
        await signal.WaitAsync(end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return signal.IsCompleted && !end.IsCancellationRequested;
    }

    private Task Signal()
    {
        lock (gate)
            return grown.Task;
    }

    private IReadOnlyList<StoredEvent> After(long position)
    {
        lock (gate)
        {
            if (position >= lastSequence)
                return [];
            if (recent.TryPeek(out var oldest) && oldest.Sequence <= position + 1)
                return [.. recent.Where(entry => entry.Sequence > position)];
        }
        if (table.After(position) is { Count: > 0 } stored)
            return stored;
        // What lies between was never saved.
        lock (gate)
            return [.. recent.Where(entry => entry.Sequence > position)];
    }

    private void Announce(StoredEvent stored)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            if (recent.Count == RecentCapacity)
                recent.Dequeue();
            recent.Enqueue(stored);
            lastSequence = stored.Sequence;
            signal = grown;
            grown = NewSignal();
        }
        signal.SetResult();
    }

    private long NextTime() => lastTimeNano = Math.Max(lastTimeNano + 1, Now());

    private long Now() => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event {Type} {Action} was told but not saved: {Reason}")]
    private partial void LogNotSaved(string type, string action, string reason);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
