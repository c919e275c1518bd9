using System.Globalization;
using System.Text;

namespace Dashboard.Server.Images;

/// <summary>A short HTTP/1.1 answer (RFC 9112 §6): with a length, in chunks, or until the end of the connection.</summary>
internal sealed record HttpAnswer(int Status, string Body)
{
    private const int Longest = 1024 * 1024;

    /// <exception cref="IOException">The connection ended before the answer did, or it is none.</exception>
    public static async Task<HttpAnswer> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var received = new byte[4096];
        var length = 0;
        while (true)
        {
            if (length == received.Length)
                Array.Resize(ref received, received.Length < Longest ? received.Length * 2 : throw new IOException("the engine's answer is too long"));
            var count = await stream.ReadAsync(received.AsMemory(length), cancellationToken);
            length += count;
            if (Parse(Encoding.Latin1.GetString(received, 0, length), ended: count == 0) is { } answer)
                return answer;
            if (count == 0)
                throw new IOException("the engine closed the connection without an answer");
        }
    }

    /// <summary>Null while something is missing. One character stands for one byte.</summary>
    internal static HttpAnswer? Parse(string received, bool ended)
    {
        while (true)
        {
            var end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                return null;
            var head = received[..end].Split("\r\n");
            if (head[0].Split(' ') is not [_, var code, ..] || !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
                throw new IOException($"the engine's answer is no HTTP: {head[0]}");
            received = received[(end + 4)..];
            // 100 Continue announces the answer.
            if (status is >= 100 and < 200)
                continue;
            return Content(head, received, ended) is { } content ? new HttpAnswer(status, Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(content))) : null;
        }
    }

    private static string? Content(string[] head, string received, bool ended)
    {
        if (Header(head, "Transfer-Encoding") is { } coding && coding.Contains("chunked", StringComparison.OrdinalIgnoreCase))
            return Dechunked(received);
        if (int.TryParse(Header(head, "Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return received.Length >= length ? received[..length] : null;
        return ended ? received : null;
    }

    private static string? Header(string[] head, string name) => head.Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    private static string? Dechunked(string received)
    {
        var content = new StringBuilder();
        var at = 0;
        while (received.IndexOf("\r\n", at, StringComparison.Ordinal) is >= 0 and var lineEnd)
        {
            if (!int.TryParse(received[at..lineEnd].Split(';')[0].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var size) || size < 0)
                throw new IOException("the engine's answer has a broken chunk");
            if (size == 0)
                return content.ToString();
            at = lineEnd + 2;
            if (received.Length < at + size + 2)
                return null;
            content.Append(received, at, size);
            at += size + 2;
        }
        return null;
    }
}
