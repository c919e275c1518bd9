using System.Buffers;
using System.Runtime.CompilerServices;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Logs;

/// <summary>Reads the segments of Docker's json-file driver, in pieces of many lines, and follows them across rotation.</summary>
public sealed class JsonFileLogReader : ILogReader
{
    private const int Piece = 128 << 10;

    public async IAsyncEnumerable<LogChunk> ReadAsync(string path, LogQuery query, Task ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var changes = query.Follow ? new LogChanges(path, ended) : null;
        var segments = LogSegment.OpenAll(path);
        var (index, offset) = Start(segments, query.Tail);
        var decoder = new LogDecoder(query);
        try
        {
            while (true)
            {
                // Taken before the read: what is written after it is told again.
                var finished = ended.IsCompleted;
                var change = changes?.Next();
                for (; index < segments.Count; index++, offset = 0)
                {
                    while (decoder.Fill(segments[index], ref offset, Piece))
                    {
                        foreach (var chunk in decoder.Take())
                            yield return chunk;
                        if (decoder.PastUntil)
                            yield break;
                    }
                    if (index == segments.Count - 1)
                        break;
                }
                if (!query.Follow)
                    yield break;
                if (segments.Count > 0 ? segments[^1].Next(path) is { } next : (next = LogSegment.TryOpen(path)) is not null)
                {
                    // The old one is read to its end once more: it may have grown before it was rotated.
                    segments.Add(next);
                    continue;
                }
                if (finished)
                    yield break;
                await change!.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            foreach (var segment in segments)
                segment.Dispose();
        }
    }

    private static (int Index, long Offset) Start(List<LogSegment> segments, int? tail)
    {
        if (tail is not { } lines)
            return (0, 0);
        if (lines <= 0)
            return segments.Count == 0 ? (0, 0) : (segments.Count - 1, segments[^1].Length);
        for (var index = segments.Count - 1; index >= 0; index--)
        {
            var offset = segments[index].TailOffset(ref lines);
            if (lines <= 0)
                return (index, offset);
        }
        return (0, 0);
    }

    /// <summary>Lines of one read, decoded and joined by stream.</summary>
    private sealed class LogDecoder(LogQuery query)
    {
        private readonly ArrayBufferWriter<byte> output = new(Piece);
        private readonly List<(OutputStream Stream, int Start, int End)> parts = [];
        private byte[] buffer = new byte[Piece];

        public bool PastUntil { get; private set; }

        /// <summary>Decodes whole lines from <paramref name="offset"/> on; false when there is none.</summary>
        public bool Fill(LogSegment segment, ref long offset, int piece)
        {
            output.ResetWrittenCount();
            parts.Clear();
            var count = segment.Read(buffer.AsSpan(0, Math.Max(piece, buffer.Length)), offset);
            var end = buffer.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;
            if (end == 0)
            {
                // A line that is not finished yet waits; one that is longer than the buffer gets a larger one.
                if (count < buffer.Length)
                    return false;
                Array.Resize(ref buffer, buffer.Length * 2);
                return Fill(segment, ref offset, buffer.Length);
            }
            var rest = buffer.AsSpan(0, end);
            while (!rest.IsEmpty && !PastUntil)
            {
                var newline = rest.IndexOf((byte)'\n');
                Decode(rest[..newline]);
                rest = rest[(newline + 1)..];
            }
            offset += end;
            return true;
        }

        public IEnumerable<LogChunk> Take()
        {
            foreach (var (stream, start, end) in parts)
                yield return new LogChunk(stream, output.WrittenMemory[start..end]);
        }

        private void Decode(ReadOnlySpan<byte> bytes)
        {
            if (!LogLine.TryParse(bytes, out var line))
                return;
            if (line.Stream == OutputStream.Stdout ? !query.Stdout : !query.Stderr)
                return;
            if (query.Since is { } since && line.When < since)
                return;
            if (query.Until is { } until && line.When > until)
            {
                PastUntil = true;
                return;
            }
            var start = output.WrittenCount;
            if (query.Timestamps)
            {
                line.WriteTime(output);
                output.Write(" "u8);
            }
            if (query.Details)
                line.WriteDetails(output);
            line.Unescape(output);
            if (parts.Count > 0 && parts[^1].Stream == line.Stream)
                parts[^1] = parts[^1] with { End = output.WrittenCount };
            else
                parts.Add((line.Stream, start, output.WrittenCount));
        }
    }
}
