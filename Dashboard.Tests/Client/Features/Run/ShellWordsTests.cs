using CsCheck;
using Dashboard.Client.Features.Run;

namespace Dashboard.Tests.Client.Features.Run;

public sealed class ShellWordsTests
{
    private static readonly string[] s_characters = ["'", "\"", "\\", "$", "`", " ", "\n", "\t", "!", "*", "~", "#", "&", "|", ";", "<", "(", "{", "=", "-", "a", "B", "7", "/", ":", "한", "😀", "\u001b"];
    internal static readonly Gen<string> Nasty = Gen.Int[0, s_characters.Length - 1].Select(index => s_characters[index]).List[0, 12].Select(string.Concat);

    [Fact]
    public void Split_OfQuoted_IsTheWords() => Nasty.List[0, 6].Sample(words =>
        words.SequenceEqual(ShellWords.Split(string.Join(' ', words.Select(ShellWords.Quote)))!));

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("  sleep   10  ", new[] { "sleep", "10" })]
    [InlineData("sh -c \"echo 'a b' \\\"c\\\" \\n\"", new[] { "sh", "-c", "echo 'a b' \"c\" \\n" })]
    [InlineData("a'b c'\"d\"\\ e", new[] { "ab cd e" })]
    [InlineData("'' \"\"", new[] { "", "" })]
    [InlineData("echo $HOME '$HOME'", new[] { "echo", "$HOME", "$HOME" })]
    public void Split_Text_IsAsAShellReadsIt(string text, string[] words) => Assert.Equal(words, ShellWords.Split(text));

    [Theory]
    [InlineData("echo 'a")]
    [InlineData("echo \"a")]
    [InlineData("echo \\")]
    public void Split_Unfinished_IsNothing(string text) => Assert.Null(ShellWords.Split(text));

    [Theory]
    [InlineData("busybox:latest", "busybox:latest")]
    [InlineData("", "''")]
    [InlineData("it's", "'it'\\''s'")]
    public void Quote_Word_IsNoLongerThanNeeded(string word, string quoted) => Assert.Equal(quoted, ShellWords.Quote(word));
}
