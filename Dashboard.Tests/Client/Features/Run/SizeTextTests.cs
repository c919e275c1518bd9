using CsCheck;
using Dashboard.Client.Features.Run;

namespace Dashboard.Tests.Client.Features.Run;

public sealed class SizeTextTests
{
    [Theory]
    [InlineData("6291456", 6291456L)]
    [InlineData("512m", 512L << 20)]
    [InlineData("512MB", 512L << 20)]
    [InlineData("1.5 GiB", 1536L << 20)]
    [InlineData("1k", 1024L)]
    [InlineData("7b", 7L)]
    public void Parse_Size_IsInBytes(string text, long bytes) => Assert.Equal(bytes, SizeText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("-1m")]
    [InlineData("1,5g")]
    [InlineData("lots")]
    [InlineData("99999999999999p")]
    public void Parse_Nonsense_IsNothing(string text) => Assert.Null(SizeText.Parse(text));

    [Fact]
    public void Of_AnySize_IsReadBack() => Gen.Long[0, 1L << 50].Sample(bytes => SizeText.Parse(SizeText.Of(bytes)) == bytes);
}
