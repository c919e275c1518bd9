using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Engine.Errors;

namespace Dashboard.Tests.Engine.Containers.Lifecycle;

public sealed class SignalsTests
{
    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("SIGTERM", 15)]
    [InlineData("sigkill", 9)]
    [InlineData("9", 9)]
    [InlineData("RTMIN+3", 37)]
    [InlineData("SIGRTMAX-1", 63)]
    [InlineData("RTMIN", 34)]
    public void Parse_KnownSignal_IsItsNumber(string text, int number) => Assert.Equal(number, Signals.Parse(text));

    [Theory]
    [InlineData("FOO")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("-1")]
    [InlineData("RTMIN+99")]
    [InlineData("")]
    public void Parse_Unknown_IsRefused(string text)
    {
        var error = Assert.Throws<EngineException>(() => Signals.Parse(text));

        Assert.Equal((ErrorKind.InvalidParameter, $"invalid signal: {text}"), (error.Kind, error.Message));
    }
}
