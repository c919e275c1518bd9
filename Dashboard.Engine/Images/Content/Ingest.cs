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

    public Ingest(string path, DiskReserve reserve)
    {
        Path = path;
        this.reserve = reserve;
        file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    public string Path { get; }
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
    public Stream OpenReader() => new IngestReader(this);

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
        File.Delete(Path);
    }

    /// <summary>Waits until there is something at <paramref name="position"/>; 0 is the end.</summary>
    internal int Read(Span<byte> buffer, long position)
    {
        lock (gate)
        {
            while (written <= position && !finished && failure is null)
                Monitor.Wait(gate);
            if (failure is not null)
                throw new IOException("the blob was given up", failure);
            if (written <= position)
                return 0;
        }
        return RandomAccess.Read(file, buffer, position);
    }
}
