using System.Text;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Health;

/// <summary>The beginning of what a check writes: as much as dockerd keeps, marked when there was more.</summary>
internal sealed class ProbeOutput
{
    public const int Longest = 4096;

    private readonly byte[] kept = new byte[Longest];
    private int length;
    private bool truncated;

    public override string ToString() => Encoding.UTF8.GetString(kept, 0, length) + (truncated ? "..." : "");

    /// <summary>To the end of output.</summary>
    public async Task ReadAsync(TaskStreams streams, CancellationToken cancellationToken)
    {
        var buffer = new byte[Longest];
        while (await streams.ReadAsync(buffer, cancellationToken) is { Count: > 0 } piece)
            Add(buffer.AsSpan(0, piece.Count));
    }

    internal void Add(ReadOnlySpan<byte> data)
    {
        var taken = Math.Min(data.Length, Longest - length);
        data[..taken].CopyTo(kept.AsSpan(length));
        length += taken;
        truncated |= taken < data.Length;
    }
}
