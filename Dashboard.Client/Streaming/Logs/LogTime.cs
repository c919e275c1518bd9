using System.Buffers.Text;
using System.Globalization;

namespace Dashboard.Client.Streaming.Logs;

/// <summary>The times that engines put before log lines, RFC 3339 with nanoseconds: 2026-01-31T12:34:56.123456789Z.</summary>
internal static class LogTime
{
    private const int Date = 19;

    /// <param name="length">How many bytes the time and the space after it take; 0 when there is none.</param>
    /// <returns>Nanoseconds since 1970, or 0.</returns>
    public static long Read(ReadOnlySpan<byte> line, out int length)
    {
        length = 0;
        var end = line[..Math.Min(line.Length, 40)].IndexOf((byte)' ');
        // The engine ends a line of no text right after the time, some without the space.
        var time = end < 0 ? line : line[..end];
        if (time.Length is < Date + 1 or > 39 || !TryDate(time, out var seconds))
            return 0;
        var rest = time[Date..];
        var nanoseconds = 0L;
        if (rest[0] == '.')
        {
            rest = rest[1..];
            var digits = 0;
            while (digits < rest.Length && digits < 9 && rest[digits] is >= (byte)'0' and <= (byte)'9')
                nanoseconds = nanoseconds * 10 + (rest[digits++] - '0');
            if (digits == 0)
                return 0;
            for (var missing = digits; missing < 9; missing++)
                nanoseconds *= 10;
            rest = rest[digits..];
        }
        if (!TryOffset(rest, out var offset))
            return 0;
        length = end < 0 ? line.Length : end + 1;
        return (seconds - offset) * 1_000_000_000 + nanoseconds;
    }

    /// <summary>For the engine's "since": seconds, a dot, nanoseconds.</summary>
    public static string Since(long nanoseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1_000_000_000}.{nanoseconds % 1_000_000_000:D9}");

    private static bool TryDate(ReadOnlySpan<byte> time, out long seconds)
    {
        seconds = 0;
        if (time[4] != '-' || time[7] != '-' || time[10] != 'T' || time[13] != ':' || time[16] != ':'
            || !Two(time[..2], out var century) || !Two(time[2..4], out var year) || !Two(time[5..7], out var month) || !Two(time[8..10], out var day)
            || !Two(time[11..13], out var hour) || !Two(time[14..16], out var minute) || !Two(time[17..19], out var second)
            || century * 100 + year < 1970 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(century * 100 + year, month) || hour > 23 || minute > 59 || second > 60)
            return false;
        seconds = new DateTimeOffset(century * 100 + year, month, day, hour, minute, 0, TimeSpan.Zero).ToUnixTimeSeconds() + second;
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        if (text.SequenceEqual("Z"u8))
            return true;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':' || !Two(text[1..3], out var hours) || !Two(text[4..6], out var minutes))
            return false;
        seconds = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Two(ReadOnlySpan<byte> digits, out int number) =>
        Utf8Parser.TryParse(digits, out number, out var taken) && taken == 2 && digits[0] is >= (byte)'0' and <= (byte)'9';
}
