using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>Signal names as Docker takes them; the numbers are those of x86-64 and arm64 (signal(7)).</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Term = 15;
    private const int RtMin = 34;
    private const int RtMax = 64;

    private static readonly Dictionary<string, int> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HUP"] = 1, ["INT"] = 2, ["QUIT"] = 3, ["ILL"] = 4, ["TRAP"] = 5, ["ABRT"] = 6, ["IOT"] = 6, ["BUS"] = 7, ["FPE"] = 8,
        ["KILL"] = 9, ["USR1"] = 10, ["SEGV"] = 11, ["USR2"] = 12, ["PIPE"] = 13, ["ALRM"] = 14, ["TERM"] = 15, ["STKFLT"] = 16,
        ["CHLD"] = 17, ["CLD"] = 17, ["CONT"] = 18, ["STOP"] = 19, ["TSTP"] = 20, ["TTIN"] = 21, ["TTOU"] = 22, ["URG"] = 23,
        ["XCPU"] = 24, ["XFSZ"] = 25, ["VTALRM"] = 26, ["PROF"] = 27, ["WINCH"] = 28, ["IO"] = 29, ["POLL"] = 29, ["PWR"] = 30, ["SYS"] = 31,
    };

    /// <exception cref="EngineException">400: <c>invalid signal: x</c>.</exception>
    public static int Parse(string text)
    {
        if (int.TryParse(text, out var number))
            return number is >= 1 and <= RtMax ? number : throw Invalid(text);
        var name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        if (ByName.TryGetValue(name, out number))
            return number;
        if (Realtime(name, "RTMIN+", RtMin, +1) is { } up)
            return up;
        return Realtime(name, "RTMAX-", RtMax, -1) ?? throw Invalid(text);
    }

    private static int? Realtime(string name, string prefix, int origin, int direction)
    {
        if (name.Equals(prefix[..^1], StringComparison.OrdinalIgnoreCase))
            return origin;
        if (!name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) || !int.TryParse(name.AsSpan(prefix.Length), out var offset))
            return null;
        var number = origin + (direction * offset);
        return offset >= 0 && number is >= RtMin and <= RtMax ? number : null;
    }

    private static EngineException Invalid(string text) => EngineException.Invalid($"invalid signal: {text}");
}
