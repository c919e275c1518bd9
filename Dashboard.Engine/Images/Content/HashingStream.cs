using System.Security.Cryptography;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Content;

/// <summary>Passes a stream through and knows the SHA-256 of what went by.</summary>
internal sealed class HashingStream(Stream source) : ReadOnlyStream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer);
        hash.AppendData(buffer[..count]);
        return count;
    }

    public Digest Finish()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Digest.FromSha256(digest);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
            hash.Dispose();
        }
        base.Dispose(disposing);
    }
}
