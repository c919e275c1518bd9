using System.Security.Cryptography;
using Dashboard.Oci;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Content;

/// <summary>
/// A blob on its way into the store: hashed while it is written, readable while it grows (<see cref="OpenReader"/>), and
/// gone without a trace when it is disposed, unless <see cref="ContentStore.Commit"/> gave it its name in the store. One writer thread; any number of readers.
/// </summary>
internal sealed class Ingest : IDisposable
{
    private readonly object gate = new();
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SafeFileHandle file;
    private readonly DiskReserve reserve;
    private long written;
    private bool finished;
    private Exception? failure;

    public Ingest(string path, DiskReserve reserve, FileMode mode = FileMode.CreateNew)
    {
        Path = path;
        this.reserve = reserve;
        file = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (mode != FileMode.CreateNew)
            TakeOver();
    }

    public string Path { get; }

    /// <summary>Whether disposing leaves the file, for a later ingest to go on with.</summary>
    public bool Keep { get; set; }
    public long Length { get; private set; }

    /// <summary>Of all that was written; set by <see cref="Finish"/>.</summary>
    public Digest Digest { get; private set; }

    public void Write(ReadOnlySpan<byte> data)
    {
        reserve.Account(data.Length, Path);
        hash.AppendData(data);
        RandomAccess.Write(file, data, Length);
        lock (gate)
        {
            Length = written += data.Length;
            Monitor.PulseAll(gate);
        }
    }

    public void Finish()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        Digest = Digest.FromSha256(digest);
        lock (gate)
        {
            finished = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Wakes the readers with the reason why no more will come.</summary>
    public void Fail(Exception reason)
    {
        lock (gate)
        {
            failure ??= reason;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>A stream over the blob from its start that waits for what is not written yet.</summary>
    /// <param name="cancellationToken">Ends the waiting of this reader alone.</param>
    public Stream OpenReader(CancellationToken cancellationToken = default) => new IngestReader(this, cancellationToken);

    /// <summary>The whole of a small finished blob.</summary>
    public byte[] ReadAll()
    {
        var content = new byte[Length];
        for (var read = 0; read < content.Length;)
        {
            var count = RandomAccess.Read(file, content.AsSpan(read), read);
            read += count > 0 ? count : throw new IOException($"read {Path}: unexpected EOF");
        }
        return content;
    }

    public void Dispose()
    {
        Fail(new ObjectDisposedException(nameof(Ingest)));
        file.Dispose();
        hash.Dispose();
        if (!Keep)
            File.Delete(Path);
    }

    /// <summary>What an earlier ingest wrote is hashed again: its end is known by the file alone.</summary>
    private void TakeOver()
    {
        var buffer = new byte[1 << 20];
        while (RandomAccess.Read(file, buffer, written) is > 0 and var count)
        {
            hash.AppendData(buffer, 0, count);
            Length = written += count;
        }
    }

    /// <summary>Lets waiting readers look at their tokens.</summary>
    internal void Wake()
    {
        lock (gate)
            Monitor.PulseAll(gate);
    }

    /// <summary>Waits until there is something at <paramref name="position"/>; 0 is the end.</summary>
    internal int Read(Span<byte> buffer, long position, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            while (written <= position && !finished && failure is null && !cancellationToken.IsCancellationRequested)
                Monitor.Wait(gate);
            cancellationToken.ThrowIfCancellationRequested();
            if (failure is not null)
                throw new IOException("the blob was given up", failure);
            if (written <= position)
                return 0;
        }
        return RandomAccess.Read(file, buffer, position);
    }
}
