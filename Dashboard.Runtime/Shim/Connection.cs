using System.Buffers.Binary;
using Dashboard.Linux;
using Dashboard.Oci.Shim;

namespace Dashboard.Runtime.Shim;

/// <summary>One connection of a server: frames in, frames out, never blocking. See <see cref="ShimProtocol"/>.</summary>
internal sealed unsafe class Connection(EventLoop loop, int fd, Action<Connection, ShimFrame, ReadOnlyMemory<byte>> received, Action<Connection> closed) : IWatched
{
    /// <summary>Beyond this the producer has to wait (dockerd's attach behaves alike).</summary>
    public const int HighWater = 1 << 20;

    private readonly ByteQueue input = new();
    private readonly ByteQueue output = new();
    private bool reading = true;
    private bool open = true;

    public int Fd { get; } = fd;

    /// <summary>What the connection became by Attach or Exec.</summary>
    public object? Role { get; set; }

    public bool IsFull => output.Count > HighWater;

    /// <summary>Called when the output has fallen below the mark again.</summary>
    public Action? Drained { get; set; }

    public void Open() => Rewatch();

    public void PauseReading(bool paused)
    {
        reading = !paused;
        if (open)
            Rewatch();
    }

    public void Send(ShimFrame kind, ReadOnlySpan<byte> payload)
    {
        if (!open)
            return;
        Span<byte> header = stackalloc byte[ShimProtocol.HeaderSize];
        BinaryPrimitives.WriteInt32LittleEndian(header, payload.Length);
        header[4] = (byte)kind;
        output.Append(header);
        output.Append(payload);
        Flush();
    }

    /// <summary>Sends fds beside one reply; the queue is empty then, since control requests are answered one by one.</summary>
    public bool SendDescriptors(ReadOnlySpan<int> fds)
    {
        var frame = stackalloc byte[] { 1, 0, 0, 0, (byte)ShimFrame.Reply, 0 };
        var size = sizeof(SocketNative.cmsghdr) + ((fds.Length * 4 + 7) & ~7);
        var control = stackalloc byte[size];
        *(SocketNative.cmsghdr*)control = new() { cmsg_len = (nuint)(sizeof(SocketNative.cmsghdr) + fds.Length * 4), cmsg_level = SocketNative.SOL_SOCKET, cmsg_type = SocketNative.SCM_RIGHTS };
        fds.CopyTo(new Span<int>(control + sizeof(SocketNative.cmsghdr), fds.Length));
        var vector = new SocketNative.iovec { iov_base = frame, iov_len = 6 };
        var message = new SocketNative.msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = fds.Length > 0 ? control : null, msg_controllen = fds.Length > 0 ? (nuint)size : 0 };
        return SocketNative.sendmsg(Fd, &message, SocketNative.MSG_NOSIGNAL) == 6;
    }

    public void Ready(uint events)
    {
        if ((events & Epoll.EPOLLOUT) != 0)
            Flush();
        if (open && (events & (Epoll.EPOLLIN | Epoll.EPOLLHUP | Epoll.EPOLLERR)) != 0)
            Fill();
    }

    private void Fill()
    {
        const int Piece = 64 << 10;
        fixed (byte* space = input.Reserve(Piece))
        {
            var count = SocketNative.recv(Fd, space, Piece, 0x40 /* MSG_DONTWAIT */);
            var error = Errno.Last;
            input.Trim(Piece - (int)Math.Max(count, 0));
            if (count == 0 || count < 0 && error is not (Errno.EAGAIN or Errno.EINTR))
            {
                Close();
                return;
            }
        }
        while (open && input.Count >= ShimProtocol.HeaderSize)
        {
            var content = input.Content;
            var length = BinaryPrimitives.ReadInt32LittleEndian(content);
            if (length is < 0 or > ShimProtocol.MaxPayload)
            {
                Close();
                return;
            }
            if (content.Length < ShimProtocol.HeaderSize + length)
                return;
            var kind = (ShimFrame)content[4];
            var payload = content.Slice(ShimProtocol.HeaderSize, length).ToArray();
            input.Consume(ShimProtocol.HeaderSize + length);
            received(this, kind, payload);
        }
    }

    private void Flush()
    {
        var wasFull = IsFull;
        while (output.Count > 0)
        {
            nint count;
            fixed (byte* data = output.Content)
                count = SocketNative.send(Fd, data, (nuint)output.Count, SocketNative.MSG_NOSIGNAL | 0x40);
            if (count >= 0)
            {
                output.Consume((int)count);
                continue;
            }
            if (Errno.Last == Errno.EINTR)
                continue;
            if (Errno.Last != Errno.EAGAIN)
            {
                loop.Afterwards(Close);
                return;
            }
            break;
        }
        Rewatch();
        if (wasFull && !IsFull)
            Drained?.Invoke();
    }

    private void Rewatch() => loop.Watch(this, (reading ? Epoll.EPOLLIN : 0) | (output.Count > 0 ? Epoll.EPOLLOUT : 0));

    public void Close()
    {
        if (!open)
            return;
        open = false;
        loop.Forget(this);
        Unistd.close(Fd);
        closed(this);
    }
}
