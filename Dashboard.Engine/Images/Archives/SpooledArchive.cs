using System.Text;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Archives;

/// <summary>All files of one image archive, in whichever order they came; disposing it leaves nothing of them.</summary>
internal sealed class SpooledArchive : IAsyncDisposable
{
    /// <summary>Bytes of a manifest, index or config; moby reads them whole too, and none is near this.</summary>
    private const int DocumentMax = 16 << 20;
    private const int LinksMax = 10;

    private readonly Dictionary<string, ArchiveMember> members = new(StringComparer.Ordinal);
    private readonly List<ArchiveMember> all = [];

    /// <summary>A later member of the same name takes the place of an earlier one, as when unpacking.</summary>
    public void Add(ArchiveMember member)
    {
        all.Add(member);
        members[member.Path] = member;
    }

    public bool Contains(string path) => members.ContainsKey(path);

    /// <param name="path">As some document of the archive says: UTF-8, relative to its root.</param>
    /// <exception cref="TarException">It points outside, or there is no such file.</exception>
    public ArchiveMember Find(string path)
    {
        var clean = EntryPath.Clean(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(path)));
        for (var links = 0; links <= LinksMax; links++)
        {
            if (!members.TryGetValue(clean, out var member))
                break;
            if (member.LinkTarget is null)
                return Verify(member);
            clean = EntryPath.Clean(member.LinkTarget);
        }
        throw new TarException($"invalid archive: open {EntryPath.Show(clean)}: no such file or directory");
    }

    public static byte[] ReadDocument(ArchiveMember member) => member.Blob.Length <= DocumentMax
        ? member.Blob.ReadAll()
        : throw new TarException($"invalid archive: {EntryPath.Show(member.Path)} is larger than {DocumentMax} bytes");

    /// <summary>A file that is named by its digest has it.</summary>
    private static ArchiveMember Verify(ArchiveMember member)
    {
        const string blobs = "blobs/sha256/";
        if (member.Path.StartsWith(blobs, StringComparison.Ordinal) && member.Path[blobs.Length..] != member.Blob.Digest.Hex)
            throw new TarException($"unexpected commit digest {member.Blob.Digest}, expected sha256:{EntryPath.Show(member.Path[blobs.Length..])}: failed precondition");
        return member;
    }

    /// <summary>The digest that a path claims, if it is that of a blob.</summary>
    public static Digest? ClaimedDigest(string path)
    {
        const string blobs = "blobs/sha256/";
        return path.StartsWith(blobs, StringComparison.Ordinal) && Digest.TryParse("sha256:" + path[blobs.Length..], out var digest) ? digest : null;
    }

    public async ValueTask DisposeAsync()
    {
        var reason = new OperationCanceledException("the archive was closed");
        await Task.WhenAll(all.Select(member => member.AbandonAsync(reason)));
        foreach (var member in all)
            member.Dispose();
    }
}
