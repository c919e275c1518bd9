namespace Dashboard.Engine.Events;

/// <summary>One entry of <c>docker events</c>: Docker's own types and actions (<c>container</c>, <c>exec_create: sh</c>, <c>die</c>).</summary>
public sealed record EngineEvent
{
    public required string Type { get; init; }
    public required string Action { get; init; }
    public required string ActorId { get; init; }
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
    /// <summary>Nanoseconds since the epoch; strictly increasing within one engine.</summary>
    public required long TimeNano { get; init; }
}

public interface IEvents
{
    /// <summary>Saves, then announces.</summary>
    ValueTask PublishAsync(string type, string action, string actorId, IReadOnlyDictionary<string, string> attributes);

    /// <summary>History from <paramref name="sinceNano"/> (null: none), then live events until <paramref name="untilNano"/> or cancellation. No gap, no double. A reader that falls behind its bounded buffer gets the missing part from history.</summary>
    IAsyncEnumerable<EngineEvent> StreamAsync(long? sinceNano, long? untilNano, CancellationToken cancellationToken);
}
