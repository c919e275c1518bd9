using Dashboard.Linux;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Content;

/// <summary>
/// Blobs by their digest, in the shape of an OCI image layout (image-spec, image-layout.md): <c>oci-layout</c>,
/// <c>blobs/sha256/HEX</c>, and <c>ingest/</c> for what is being written; <c>partial/HEX</c> is what is being downloaded. A blob is there whole or not at all: it is given its
/// name in one step after its digest is known. Layers are kept as they were received (compressed or not), so that save
/// and push give back the very same bytes.
/// <para>Nothing is flushed: a blob survives the death of the process, not a power cut right after it, as everything
/// else of an image; <see cref="ReadAll"/> checks the digest again.</para>
/// </summary>
internal sealed class ContentStore : IDisposable
{
    private readonly string blobs;
    private readonly string ingests;
    private readonly string partials;
    private readonly SafeFileHandle directory;
    private readonly long reserveBytes;

    public ContentStore(string root, long reserveBytes)
    {
        this.reserveBytes = reserveBytes;
        blobs = Path.Combine(root, "blobs", "sha256");
        ingests = Path.Combine(root, "ingest");
        partials = Path.Combine(root, "partial");
        foreach (var path in (string[])[root, blobs, ingests, partials])
            PathHandles.CreatePrivate(path);
        var layout = Path.Combine(root, ImageLayout.FileName);
        if (!File.Exists(layout))
            File.WriteAllBytes(layout, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new ImageLayout(), OciJson.Default.ImageLayout));
        directory = PathHandles.OpenDirectory(root);
    }

    /// <summary>Removes what a process that died had begun to write; to be called before any ingest begins.</summary>
    public int RemoveLeftovers()
    {
        var leftovers = Directory.GetFiles(ingests);
        foreach (var file in leftovers)
            File.Delete(file);
        return leftovers.Length;
    }

    public Ingest Begin() => new(Path.Combine(ingests, Guid.NewGuid().ToString("N")), new DiskReserve(directory, reserveBytes));

    /// <summary>
    /// A download, which goes on from where an earlier one of the same blob was cut. Its owner sees to it that there is one at a time.
    /// </summary>
    /// <param name="size">Bytes that it will have; a longer file is no beginning of it.</param>
    public Ingest Resume(Digest digest, long size)
    {
        var path = Path.Combine(partials, digest.Hex);
        if (new FileInfo(path) is { Exists: true } file && file.Length > size)
            file.Delete();
        return new Ingest(path, new DiskReserve(directory, reserveBytes), FileMode.OpenOrCreate);
    }

    /// <summary>A blob that is here already, as one that was just received: it stays readable, and can be committed again, if it is deleted meanwhile. Null when it is not here.</summary>
    public Ingest? TakeOver(Digest digest)
    {
        var path = Path.Combine(ingests, Guid.NewGuid().ToString("N"));
        if (At.linkat(At.AT_FDCWD, Bytes(PathOf(digest)), At.AT_FDCWD, Bytes(path), 0) != 0)
            return Errno.Last == Errno.ENOENT ? null : throw SyscallException.Last("link", path);
        var ingest = new Ingest(path, new DiskReserve(directory, reserveBytes), FileMode.Open);
        ingest.Finish();
        return ingest;
    }

    /// <summary>Removes what no pull has gone on with for a while; to be called before any download begins.</summary>
    public int RemovePartials(DateTime untouchedSinceUtc)
    {
        var old = Directory.GetFiles(partials).Where(file => File.GetLastWriteTimeUtc(file) < untouchedSinceUtc).ToList();
        old.ForEach(File.Delete);
        return old.Count;
    }

    public string PathOf(Digest digest) => Path.Combine(blobs, digest.Hex);

    public bool Contains(Digest digest) => File.Exists(PathOf(digest));

    /// <summary>
    /// Gives a finished ingest its place, by a second name: the ingest stays readable under its own until it is disposed. True
    /// when the blob was not there before.
    /// </summary>
    public bool Commit(Ingest ingest)
    {
        var path = PathOf(ingest.Digest);
        if (At.linkat(At.AT_FDCWD, Bytes(ingest.Path), At.AT_FDCWD, Bytes(path), 0) == 0)
            return true;
        return Errno.Last == Errno.EEXIST ? false : throw SyscallException.Last("link", path);
    }

    private static byte[] Bytes(string path) => System.Text.Encoding.UTF8.GetBytes(path + "\0");

    public Stream Open(Digest digest) =>
        new FileStream(PathOf(digest), new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });

    /// <exception cref="InvalidDataException">The bytes on the disk are not those of the digest.</exception>
    public byte[] ReadAll(Digest digest)
    {
        var content = File.ReadAllBytes(PathOf(digest));
        return Digest.OfSha256(content) == digest ? content : throw new InvalidDataException($"blob {digest} is damaged");
    }

    public void Delete(Digest digest) => File.Delete(PathOf(digest));

    public IEnumerable<Digest> List()
    {
        foreach (var path in Directory.EnumerateFiles(blobs))
        {
            if (Digest.TryParse("sha256:" + Path.GetFileName(path), out var digest))
                yield return digest;
        }
    }

    public void Dispose() => directory.Dispose();
}
