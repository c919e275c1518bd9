using System.Buffers;
using System.Text;
using Dashboard.Engine.Logs;
using Dashboard.Engine.Tasks;

namespace Dashboard.Tests.Engine.Logs;

/// <summary>Lines with attributes, as dockerd writes them where log options ask for labels, variables or a tag.</summary>
public sealed class LogDetailsTests
{
    private const string Time = "2026-01-02T03:04:05.5Z";

    [Theory]
    [InlineData("""{"log":"hello\n","stream":"stdout","attrs":{"E":"2","a":"1","tag":"l1/dc"},"time":"2026-01-02T03:04:05.5Z"}""", OutputStream.Stdout, "E=2,a=1,tag=l1%2Fdc ", "hello\n")]
    [InlineData("""{"log":"x","stream":"stderr","attrs":{"b":"é &=","a":"1 2"},"time":"2026-01-02T03:04:05.5Z"}""", OutputStream.Stderr, "a=1+2,b=%C3%A9+%26%3D ", "x")]
    [InlineData("""{"log":"plain","stream":"stdout","time":"2026-01-02T03:04:05.5Z"}""", OutputStream.Stdout, " ", "plain")]
    // What looks like the end of a line, in a text and in a value.
    [InlineData("""{"log":"\",\"stream\":\"stderr\",\"attrs\":{}","stream":"stdout","attrs":{"a":"\",\"time\":\""},"time":"2026-01-02T03:04:05.5Z"}""", OutputStream.Stdout, "a=%22%2C%22time%22%3A%22 ", "\",\"stream\":\"stderr\",\"attrs\":{}")]
    [InlineData("""{"log":"x","stream":"stdout","attrs":{"a":,"time":"2026-01-02T03:04:05.5Z"}""", OutputStream.Stdout, " ", "x")]
    public void Parse_Line_HasItsDetails(string line, OutputStream stream, string details, string text)
    {
        Assert.True(LogLine.TryParse(Encoding.UTF8.GetBytes(line), out var parsed));
        Assert.Equal((stream, Time), (parsed.Stream, Encoding.UTF8.GetString(parsed.Time)));
        var output = new ArrayBufferWriter<byte>();
        parsed.WriteDetails(output);
        parsed.Unescape(output);

        Assert.Equal(details + text, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("""{"log":"x","stream":"stdout","attrs","time":"2026-01-02T03:04:05.5Z"}""")]
    [InlineData("""{"log":"x","stream":"","time":"2026-01-02T03:04:05.5Z"}""")]
    [InlineData("""{"log":"x","attrs":{"a":"1"},"time":"2026-01-02T03:04:05.5Z"}""")]
    [InlineData("""{"log":"x","stream":"stdout","attrs":{"a":"1"}}""")]
    public void Parse_OtherForms_AreNoLines(string line) => Assert.False(LogLine.TryParse(Encoding.UTF8.GetBytes(line), out _));
}
