using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Logs;

/// <summary>What <c>docker logs</c> asks for.</summary>
public sealed record LogQuery
{
    public bool Stdout { get; init; }
    public bool Stderr { get; init; }
    public bool Follow { get; init; }
    /// <summary>Prefix each line with its time (RFC 3339, nine digits of fraction) and a space.</summary>
    public bool Timestamps { get; init; }
    /// <summary>Prefix each line with what the log options added to it.</summary>
    public bool Details { get; init; }
    /// <summary>Nanoseconds since the epoch, the line of that very time included.</summary>
    public long? Since { get; init; }
    /// <summary>Nanoseconds since the epoch, the line of that very time included.</summary>
    public long? Until { get; init; }
    /// <summary>Null is all.</summary>
    public int? Tail { get; init; }
}

/// <summary>A piece of log for one stream: usually many whole lines at once. Memory is valid until the next move.</summary>
public readonly record struct LogChunk(OutputStream Stream, ReadOnlyMemory<byte> Data);

/// <summary>Reads the json-file segments of one container.</summary>
public interface ILogReader
{
    /// <param name="path">The live segment.</param>
    /// <param name="ended">Completes when nothing more will be written (a follower then drains and stops).</param>
    IAsyncEnumerable<LogChunk> ReadAsync(string path, LogQuery query, Task ended, CancellationToken cancellationToken);
}
