using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Text;

/// <summary>Times on the wire: RFC 3339 in UTC with a fraction as long as it needs to be (Go's RFC3339Nano).</summary>
internal static class GoTime
{
    /// <summary>What Docker writes where there was no time yet.</summary>
    public const string Zero = "0001-01-01T00:00:00Z";

    public static string Format(DateTimeOffset? time) => time is { } value
        ? value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture)
        : Zero;

    public static long UnixNanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100;

    public static DateTimeOffset FromUnixNanoseconds(long nanoseconds) => new(DateTime.UnixEpoch.Ticks + nanoseconds / 100, TimeSpan.Zero);

    /// <summary>
    /// A <c>since</c> or <c>until</c>: <c>1136073600.000000001</c>, or RFC 3339, in nanoseconds since the epoch.
    /// </summary>
    public static long ParseNanoseconds(string value)
    {
        var dot = value.IndexOf('.');
        var whole = dot < 0 ? value : value[..dot];
        if (long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
            return checked(seconds * 1_000_000_000) + (dot < 0 ? 0 : ParseFraction(value, value[(dot + 1)..]));
        if (DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return UnixNanoseconds(time);
        throw EngineException.Invalid($"strconv.ParseInt: parsing {GoText.Quote(whole)}: invalid syntax");
    }

    private static long ParseFraction(string value, string digits)
    {
        if (digits.Length is 0 or > 9 || !digits.All(char.IsAsciiDigit)) throw EngineException.Invalid($"strconv.ParseInt: parsing {GoText.Quote(value)}: invalid syntax");
        return long.Parse(digits.PadRight(9, '0'), CultureInfo.InvariantCulture);
    }

    internal sealed class Converter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();
        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));
    }
}
