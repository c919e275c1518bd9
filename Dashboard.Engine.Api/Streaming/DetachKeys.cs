using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Streaming;

/// <summary>
/// Looks for the detach sequence in what a terminal's user types. A prefix of it is held back until the next key decides;
/// when that one does not continue it, all of them go to the process.
/// </summary>
internal sealed class DetachKeys
{
    private static readonly byte[] s_default = [16, 17]; // ctrl-p,ctrl-q
    private readonly byte[] _sequence;
    private int _held;

    private DetachKeys(byte[] sequence) => _sequence = sequence;

    /// <param name="text">Like <c>ctrl-p,ctrl-q</c> or <c>a,b</c>: letters, and ctrl- with a letter or one of @[\]^_. Empty is the default.</param>
    public static DetachKeys Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return new DetachKeys(s_default);
        return new DetachKeys([.. text.Split(',').Select(key => ParseKey(key) ?? throw EngineException.Invalid($"Invalid detach keys ({text}) provided"))]);
    }

    public byte[] Sequence => [.. _sequence];

    /// <summary>Copies what the process may see into <paramref name="passed"/> (as long as input and sequence together) and says how much.</summary>
    /// <returns>True when the sequence was completed.</returns>
    public bool Scan(ReadOnlySpan<byte> typed, Span<byte> passed, out int count)
    {
        count = 0;
        foreach (var key in typed)
        {
            if (key == _sequence[_held])
            {
                if (++_held < _sequence.Length) continue;
                _held = 0;
                return true;
            }

            _sequence.AsSpan(0, _held).CopyTo(passed[count..]);
            count += _held;
            _held = key == _sequence[0] ? 1 : 0;
            if (_held == 0) passed[count++] = key;
            if (_held == _sequence.Length) return true;
        }

        return false;
    }

    public int LongestHeld => _sequence.Length;

    private static byte? ParseKey(string key)
    {
        if (key.Length == 1 && char.IsAscii(key[0])) return (byte)key[0];
        if (!key.StartsWith("ctrl-", StringComparison.Ordinal) || key.Length != 6) return null;
        return key[5] switch
        {
            >= 'a' and <= 'z' => (byte)(key[5] - 'a' + 1),
            '@' => 0,
            >= '[' and <= '_' => (byte)(key[5] - '[' + 27),
            _ => null,
        };
    }
}
