using System.Buffers.Binary;

namespace Dashboard.Bench;

/// <summary>
/// Counts what a multiplexed stream carries. An engine may put one line into a frame or many, so only the payload can be
/// compared: {1 byte stream, 3 bytes zero, 4 bytes length, big-endian}{payload}, as often as it likes.
/// </summary>
internal sealed class FrameCounter(Action<ReadOnlySpan<byte>>? payload = null)
{
    private readonly byte[] _header = new byte[8];
    private int _headerBytes;
    private long _left;

    public long Payload { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_left > 0)
            {
                var taken = (int)Math.Min(_left, bytes.Length);
                _left -= taken;
                payload?.Invoke(bytes[..taken]);
                Payload += taken;
                bytes = bytes[taken..];
                continue;
            }
            _header[_headerBytes++] = bytes[0];
            bytes = bytes[1..];
            if (_headerBytes < _header.Length) continue;
            _headerBytes = 0;
            _left = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
        }
    }
}
