using System.Buffers;

namespace Dashboard.Client.Streaming.Logs;

/// <summary>Characters that may not reach a page: C0 but for the tab, DEL, C1, line and paragraph separators, and what turns the direction of text.</summary>
internal static class ControlCharacters
{
    public static SearchValues<char> All { get; } = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0x20).Where(code => code != '\t').Select(code => (char)code),
        .. Enumerable.Range(0x7f, 0x21).Select(code => (char)code),
        .. Enumerable.Range(0x2028, 7).Select(code => (char)code),
        .. Enumerable.Range(0x2066, 4).Select(code => (char)code),
    ]);
}
