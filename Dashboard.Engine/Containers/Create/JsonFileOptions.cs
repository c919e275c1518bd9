using System.Globalization;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Create;

/// <summary>The options of Docker's file drivers: json-file, which is not rotated unless told to, and local, which is.</summary>
internal static class JsonFileOptions
{
    private const long LocalMaxSize = 20 << 20;
    private const int LocalMaxFile = 5;

    /// <param name="path">The live file.</param>
    public static LogSettings Parse(string path, LogConfig log)
    {
        if (log.Type is "none")
            return new LogSettings();
        var local = log.Type is LogOptions.Local;
        var options = log.Config ?? new Dictionary<string, string>();
        return new LogSettings
        {
            Path = path,
            MaxSize = options.TryGetValue("max-size", out var size) ? Bytes(size) : local ? LocalMaxSize : -1,
            MaxFile = options.TryGetValue("max-file", out var files) ? Count(files) : local ? LocalMaxFile : 1,
        };
    }

    // 10m, 512k, 1g, 100 or 100b; -1 is unlimited.
    internal static long Bytes(string text)
    {
        if (text is "-1")
            return -1;
        var digits = text.ToLowerInvariant().TrimEnd('b').TrimEnd('i');
        var factor = digits.Length == 0 ? 0 : digits[^1] switch { 'k' => 1L << 10, 'm' => 1L << 20, 'g' => 1L << 30, 't' => 1L << 40, _ => 1L };
        var number = factor > 1 ? digits[..^1] : digits;
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0 && value * factor <= long.MaxValue
            ? (long)(value * factor)
            : throw EngineException.Invalid($"invalid size: '{text}'");
    }

    private static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1
            ? count
            : throw EngineException.Invalid($"max-file cannot be less than 1: '{text}'");
}
