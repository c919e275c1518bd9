using System.Globalization;
using System.Text;
using Dashboard.Linux;

namespace Dashboard.Engine.Images.Unpack;

/// <summary>
/// The extended header of the member that follows (POSIX pax; <c>typeflag x</c>): records of <c>LENGTH KEY=VALUE\n</c>, LENGTH in decimal and counting itself.
/// <code>30 mtime=1700000000.123456789\n27 SCHILY.xattr.user.a=1234\n</code>
/// An empty value takes back what an earlier record said.
/// </summary>
internal sealed class PaxRecords
{
    private const string XattrPrefix = "SCHILY.xattr.";
    private readonly Dictionary<string, byte[]> values = new(StringComparer.Ordinal);
    private readonly List<long> sparseNumbers = [];

    /// <summary>GNU.sparse 0.0 repeats its keys: offset, numbytes, offset, numbytes.</summary>
    public IReadOnlyList<long> SparseNumbers => sparseNumbers;

    public static PaxRecords Parse(ReadOnlySpan<byte> data)
    {
        var records = new PaxRecords();
        while (!data.IsEmpty)
        {
            var space = data.IndexOf((byte)' ');
            if (space is <= 0 or > 10 || !TryDecimal(data[..space], out var length) || length <= space + 1 || length > data.Length || data[(int)length - 1] != '\n')
                throw TarException.InvalidHeader("malformed pax record");
            records.Add(data[(space + 1)..((int)length - 1)]);
            data = data[(int)length..];
        }
        return records;
    }

    private void Add(ReadOnlySpan<byte> record)
    {
        var equals = record.IndexOf((byte)'=');
        if (equals <= 0)
            throw TarException.InvalidHeader("malformed pax record");
        var key = Encoding.Latin1.GetString(record[..equals]);
        var value = record[(equals + 1)..];
        if (key is "path" or "linkpath" && value.Contains((byte)0))
            throw TarException.InvalidHeader($"NUL in pax {key}");
        if (key is "GNU.sparse.offset" or "GNU.sparse.numbytes")
        {
            var expected = sparseNumbers.Count % 2 == 0 ? "GNU.sparse.offset" : "GNU.sparse.numbytes";
            sparseNumbers.Add(key == expected ? Decimal(key, value) : throw TarException.InvalidHeader("sparse map out of order"));
            return;
        }
        if (value.IsEmpty && !key.StartsWith(XattrPrefix, StringComparison.Ordinal))
            values.Remove(key);
        else
            values[key] = value.ToArray();
    }

    public string? Text(string key) => values.TryGetValue(key, out var value) ? Encoding.Latin1.GetString(value) : null;

    public long? Number(string key) => values.TryGetValue(key, out var value) ? Decimal(key, value) : null;

    /// <summary>Seconds in decimal with any number of fraction digits, possibly negative.</summary>
    public Timespec? Time(string key)
    {
        if (Text(key) is not { } text)
            return null;
        var dot = text.IndexOf('.');
        var whole = dot < 0 ? text : text[..dot];
        var fraction = dot < 0 ? "" : text[(dot + 1)..];
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) || fraction.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            throw TarException.InvalidHeader($"pax {key} is not a time");
        var nanoseconds = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0')[..9], CultureInfo.InvariantCulture);
        if (nanoseconds == 0 || !whole.StartsWith('-'))
            return new Timespec(seconds, nanoseconds);
        return seconds == long.MinValue ? throw TarException.InvalidHeader($"pax {key} is not a time") : new Timespec(seconds - 1, 1_000_000_000 - nanoseconds);
    }

    public List<KeyValuePair<string, byte[]>> Xattrs()
    {
        var result = new List<KeyValuePair<string, byte[]>>();
        foreach (var (key, value) in values)
        {
            if (key.StartsWith(XattrPrefix, StringComparison.Ordinal) && key.Length > XattrPrefix.Length)
                result.Add(new(key[XattrPrefix.Length..], value));
        }
        return result;
    }

    private static long Decimal(string key, ReadOnlySpan<byte> value) =>
        TryDecimal(value, out var number) ? number : throw TarException.InvalidHeader($"pax {key} is not a number");

    public static bool TryDecimal(ReadOnlySpan<byte> digits, out long value) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
