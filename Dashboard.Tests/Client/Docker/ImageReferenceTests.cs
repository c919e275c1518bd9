using CsCheck;
using Dashboard.Client.Docker;
using Dashboard.Oci;

namespace Dashboard.Tests.Client.Docker;

public sealed class ImageReferenceTests
{
    private static readonly string[] s_parts = ["app", "App", "a", "1", "localhost", "example.com", "docker.io", ":5000", ":", "/", "//", ".", "-", "__", "___", "_", "latest", "9f", " ", "é"];

    [Fact]
    public void Problem_OfAnyName_IsTheEnginesOwn() => Gen.Int[0, s_parts.Length - 1].Select(index => s_parts[index]).List[0, 7].Select(string.Concat).Sample(text =>
    {
        var words = Engine(text);
        Assert.Equal(words, ImageReference.Problem(text));
    }, iter: 20_000);

    [Theory]
    [InlineData("busybox", "busybox", null)]
    [InlineData("busybox:1.36", "busybox", "1.36")]
    [InlineData("localhost:5000/a/b", "localhost:5000/a/b", null)]
    [InlineData("localhost:5000/a/b:c", "localhost:5000/a/b", "c")]
    public void Split_Name_KnowsAPortFromATag(string text, string repository, string? tag) => Assert.Equal((repository, tag), ImageReference.Split(text));

    [Fact]
    public void Problem_LongNames_AreRefused()
    {
        Assert.Null(ImageReference.Problem(new string('a', 247)));
        Assert.Equal(Engine(new string('a', 248)), ImageReference.Problem(new string('a', 248)));
        Assert.Equal(Engine(new string('a', 64)), ImageReference.Problem(new string('a', 64)));
        Assert.Equal("invalid reference format", ImageReference.Problem("a@sha256:" + new string('a', 64)));
    }

    private static string? Engine(string text)
    {
        try
        {
            Reference.Parse(text);
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }
}
