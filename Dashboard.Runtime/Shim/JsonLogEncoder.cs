using System.Buffers;
using System.Text;

namespace Dashboard.Runtime.Shim;

/// <summary>
/// The text of a json-file line exactly as dockerd writes it (moby daemon/logger/jsonfilelog/jsonlog): quotes, backslash,
/// newline and return escaped by letter; other bytes below space and &lt; &gt; &amp; as \u00xx; U+2028 and U+2029 escaped;
/// each invalid UTF-8 byte as \ufffd.
/// </summary>
internal static class JsonLogEncoder
{
    // Everything that is written as it is: printable ASCII but five characters. The rest is looked at one by one.
    private static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x60).Select(value => (byte)value).Where(value => value is not ((byte)'"' or (byte)'\\' or (byte)'<' or (byte)'>' or (byte)'&'))]);

    public static void Append(ByteQueue output, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var odd = text.IndexOfAnyExcept(Plain);
            if (odd < 0)
            {
                output.Append(text);
                return;
            }
            output.Append(text[..odd]);
            text = text[odd..];
            text = text[One(output, text)..];
        }
    }

    private static int One(ByteQueue output, ReadOnlySpan<byte> text)
    {
        var value = text[0];
        if (value < 0x80)
        {
            switch (value)
            {
                case (byte)'"' or (byte)'\\':
                    output.Append([(byte)'\\', value]);
                    break;
                case (byte)'\n':
                    output.Append("\\n"u8);
                    break;
                case (byte)'\r':
                    output.Append("\\r"u8);
                    break;
                default:
                    output.Append([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', Hex(value >> 4), Hex(value & 15)]);
                    break;
            }
            return 1;
        }
        if (Rune.DecodeFromUtf8(text, out var rune, out var length) != OperationStatus.Done)
        {
            output.Append("\\ufffd"u8);
            return 1;
        }
        if (rune.Value is 0x2028 or 0x2029)
            output.Append(rune.Value == 0x2028 ? "\\u2028"u8 : "\\u2029"u8);
        else
            output.Append(text[..length]);
        return length;
    }

    private static byte Hex(int digit) => (byte)"0123456789abcdef"[digit];
}
