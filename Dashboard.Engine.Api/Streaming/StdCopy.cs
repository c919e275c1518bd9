using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Api.Streaming;

/// <summary>
/// Docker's framing of stdout and stderr over one connection (moby, pkg/stdcopy); a terminal has none.
/// <code>
///   byte 0        1 2 3     4 5 6 7                 8 …
///   stream (1, 2) 0 0 0     length, big endian      bytes
/// </code>
/// </summary>
internal static class StdCopy
{
    public const int HeaderLength = 8;

    public static void WriteHeader(Span<byte> header, OutputStream stream, int length)
    {
        header[..4].Clear();
        header[0] = (byte)stream;
        BinaryPrimitives.WriteInt32BigEndian(header[4..], length);
    }

    public static void WriteFrame(PipeWriter output, OutputStream stream, ReadOnlySpan<byte> data)
    {
        var memory = output.GetSpan(HeaderLength + data.Length);
        WriteHeader(memory, stream, data.Length);
        data.CopyTo(memory[HeaderLength..]);
        output.Advance(HeaderLength + data.Length);
    }

    /// <summary>A frame for each line: clients of dockerd take a frame of a log for a line.</summary>
    public static void WriteLines(PipeWriter output, OutputStream stream, ReadOnlySpan<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n') + 1;
            if (end == 0) end = lines.Length;
            WriteFrame(output, stream, lines[..end]);
            lines = lines[end..];
        }
    }

    public static void WriteRaw(PipeWriter output, ReadOnlySpan<byte> data) => output.Write(data);
}
