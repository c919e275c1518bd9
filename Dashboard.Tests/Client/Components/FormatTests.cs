using Dashboard.Client.Components;

namespace Dashboard.Tests.Client.Components;

public sealed class FormatTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 31, 12, 34, 56, TimeSpan.Zero);

    [Theory]
    [InlineData(null, "–")]
    [InlineData(double.NaN, "–")]
    [InlineData(0d, "0 B")]
    [InlineData(1023d, "1023 B")]
    [InlineData(1024d, "1 KiB")]
    [InlineData(1536d, "1.5 KiB")]
    [InlineData(12_897_485d, "12.3 MiB")]
    [InlineData(268_435_456d, "256 MiB")]
    [InlineData(1_048_575d, "1 MiB")]
    [InlineData(1_288_490_189d, "1.2 GiB")]
    public void Bytes_Value_IsShortAndIec(double? bytes, string text) => Assert.Equal(text, Format.Bytes(bytes));

    [Fact]
    public void ExactBytes_Value_HasSeparators() => Assert.Equal("1,234,567 bytes", Format.ExactBytes(1_234_567));

    [Fact]
    public void Rate_Value_IsPerSecond() => Assert.Equal(("1.5 KiB/s", "–"), (Format.Rate(1536), Format.Rate(null)));

    [Theory]
    [InlineData(0.42, 2, "0.42 of 2 CPUs")]
    [InlineData(0.42, 0.5, "0.42 of 0.5 CPUs")]
    [InlineData(1.5, 1, "1.50 of 1 CPU")]
    [InlineData(12.34, 0, "12.3")]
    [InlineData(null, 2, "– of 2 CPUs")]
    public void CoresOf_Value_NamesTheWhole(double? cores, double cpus, string text) => Assert.Equal(text, Format.CoresOf(cores, cpus));

    [Fact]
    public void BytesOf_Limit_IsNamedOnlyWhenThereIsOne() =>
        Assert.Equal(("12.3 MiB of 256 MiB", "12.3 MiB"), (Format.BytesOf(12_897_485, 268_435_456), Format.BytesOf(12_897_485, 0)));

    [Theory]
    [InlineData(0.004, "0.4%")]
    [InlineData(0.42, "42%")]
    [InlineData(1, "100%")]
    [InlineData(0, "0%")]
    public void Percent_Fraction_IsOfAHundred(double fraction, string text) => Assert.Equal(text, Format.Percent(fraction));

    [Theory]
    [InlineData(-5, "just now")]
    [InlineData(1, "just now")]
    [InlineData(42, "42 s ago")]
    [InlineData(200, "3 min ago")]
    [InlineData(3 * 3600 + 1, "3 h ago")]
    [InlineData(50 * 3600, "2 d ago")]
    public void Ago_Seconds_UsesTheLargestUnit(int seconds, string text) => Assert.Equal(text, Format.Ago(s_now.AddSeconds(-seconds), s_now));

    [Theory]
    [InlineData(0.25, "250 ms")]
    [InlineData(42.9, "42 s")]
    [InlineData(180, "3 min")]
    [InlineData(185, "3 min 5 s")]
    [InlineData(4800, "1 h 20 min")]
    [InlineData(187_200, "2 d 4 h")]
    [InlineData(-5, "-5 s")]
    public void Duration_Seconds_UsesTwoUnits(double seconds, string text) => Assert.Equal(text, Format.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void ExactTime_Time_IsUtc() => Assert.Equal("2026-01-31 12:34:56 UTC", Format.ExactTime(s_now));
}
