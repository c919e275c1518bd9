using System.Buffers;
using System.Text;
using Dashboard.Engine.Logs;

namespace Dashboard.Tests.Engine.Logs;

public sealed class LogLineTests
{
    [Theory]
    [InlineData("2026-11-24T17:21:15.16167475Z", "2026-11-24T17:21:15.161674750Z", 161_674_750)]
    [InlineData("2026-11-24T17:21:15Z", "2026-11-24T17:21:15.000000000Z", 0)]
    [InlineData("2026-11-24T17:21:15.1Z", "2026-11-24T17:21:15.100000000Z", 100_000_000)]
    [InlineData("2026-11-24T17:21:15.123456789Z", "2026-11-24T17:21:15.123456789Z", 123_456_789)]
    [InlineData("2026-11-24T18:21:15.5+01:00", "2026-11-24T18:21:15.500000000+01:00", 500_000_000)]
    public void Time_OfAnyFraction_IsExactAndShownWithNineDigits(string written, string shown, long nanoseconds)
    {
        Assert.True(LogLine.TryParse(Encoding.UTF8.GetBytes($$"""{"log":"x\n","stream":"stdout","time":"{{written}}"}"""), out var line));

        var output = new ArrayBufferWriter<byte>();
        line.WriteTime(output);

        Assert.Equal(shown, Encoding.ASCII.GetString(output.WrittenSpan));
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 17, 21, 15, TimeSpan.Zero).ToUnixTimeSeconds() * 1_000_000_000 + nanoseconds, line.When);
    }

    [Theory]
    [InlineData("")]
    [InlineData("today")]
    public void Time_OfAnotherHand_IsShownAsItIs(string written)
    {
        Assert.True(LogLine.TryParse(Encoding.UTF8.GetBytes($$"""{"log":"x\n","stream":"stdout","time":"{{written}}"}"""), out var line));

        var output = new ArrayBufferWriter<byte>();
        line.WriteTime(output);

        Assert.Equal(written, Encoding.ASCII.GetString(output.WrittenSpan));
    }
}
