using CsCheck;
using Dashboard.Oci;

namespace Dashboard.Tests.Parsers;

public sealed class NamePropertyTests
{
    private static readonly string s_digest = "sha256:" + new string('a', 64);

    [Fact]
    public void Reference_AnyText_ParsesToItselfOrIsRefused() =>
        Texts.Of("docker.io", "localhost", "/", ":", "@", "a", "B", "lib-x", "a__b", "..", "5000", "[::1]", "latest", "library/", s_digest, "sha512:", "-", "_", ".").Sample(text =>
        {
            var parsed = Reference.TryParse(text, out var reference);
            if (!parsed)
            {
                Assert.Throws<FormatException>(() => Reference.Parse(text));
                return;
            }
            Assert.Equal(reference, Reference.Parse(reference!.ToString()));
            Assert.Equal(reference, Reference.Parse(reference.Familiar));
            Assert.DoesNotContain("..", reference.Path);
            Assert.Equal(reference.WithDefaultTag(), reference.WithDefaultTag().WithDefaultTag());
        }, iter: 20_000);

    [Fact]
    public void Digest_AnyText_ParsesToItselfOrIsRefused() =>
        Texts.Of("sha256", "sha384", "sha512", "md5", ":", new string('0', 32), new string('f', 64), "G", "a").Sample(text =>
        {
            if (Digest.TryParse(text, out var digest)) Assert.Equal(text, digest.ToString());
            else Assert.Throws<FormatException>(() => Digest.Parse(text));
        }, iter: 20_000);

    [Fact]
    public void Digest_OfContent_RoundTrips() =>
        Gen.Byte.Array[0, 100].Sample(content => Assert.Equal(Digest.OfSha256(content), Digest.Parse(Digest.OfSha256(content).ToString())));
}
