using System.Text.RegularExpressions;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Create;

/// <summary>
/// Which log drivers there are and what they may be told, in dockerd's words. Drivers: json-file, local, none. A
/// <c>local</c> log is written as json-file's lines too: its form on disk is nobody's interface, and one form has one reader.
/// A shim never makes a container wait for its log, so that <c>mode=non-blocking</c> needs no buffer: lines that find no
/// room are dropped, counted and announced in any mode.
/// </summary>
internal static class LogOptions
{
    public const string JsonFile = "json-file", Local = "local", None = "none";

    private static readonly HashSet<string> JsonFileKeys = ["max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag"];
    private static readonly HashSet<string> LocalKeys = ["max-size", "max-file", "compress"];
    private static readonly HashSet<string> EveryDriversKeys = ["mode", "max-buffer-size"];

    /// <exception cref="EngineException">400, and 501 for what is known and not built.</exception>
    public static void Check(LogConfig log)
    {
        var driver = log.Type is "" ? JsonFile : log.Type;
        var options = log.Config ?? new Dictionary<string, string>();
        if (driver is not (JsonFile or Local or None))
            throw EngineException.Invalid($"logger: no log driver named '{driver}' is registered");
        CheckMode(options);
        if (driver is None)
            return;
        var keys = driver is Local ? LocalKeys : JsonFileKeys;
        if (options.Keys.FirstOrDefault(key => !keys.Contains(key) && !EveryDriversKeys.Contains(key)) is { } unknown)
            throw EngineException.Invalid(driver is Local ? $"unknown log opt '{unknown}' for log driver local" : $"unknown log opt '{unknown}' for json-file log driver");
        JsonFileOptions.Parse("", log);
        if (options.TryGetValue("compress", out var compress))
            CheckCompress(driver, compress);
        foreach (var key in (ReadOnlySpan<string>)["labels-regex", "env-regex"])
        {
            if (options.TryGetValue(key, out var pattern))
                Pattern(pattern);
        }
        if (options.TryGetValue("tag", out var tag))
            LogAttributes.CheckTag(tag);
    }

    /// <summary>In linear time: patterns come from strangers.</summary>
    public static Regex Pattern(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw EngineException.Invalid($"error parsing regexp: {error.Message}");
        }
    }

    private static void CheckMode(IReadOnlyDictionary<string, string> options)
    {
        var mode = options.GetValueOrDefault("mode", "");
        if (mode is not ("" or "blocking" or "non-blocking"))
            throw EngineException.Invalid($"logger: logging mode not supported: {mode}");
        if (!options.TryGetValue("max-buffer-size", out var size))
            return;
        if (mode is not "non-blocking")
            throw EngineException.Invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
        try
        {
            JsonFileOptions.Bytes(size);
        }
        catch (EngineException error)
        {
            throw EngineException.Invalid($"error parsing option max-buffer-size: {error.Message}");
        }
    }

    private static void CheckCompress(string driver, string text)
    {
        if (text is not ("1" or "t" or "T" or "true" or "TRUE" or "True" or "0" or "f" or "F" or "false" or "FALSE" or "False"))
            throw EngineException.Invalid($"strconv.ParseBool: parsing \"{text}\": invalid syntax");
        // Of local's files nobody sees whether they are compressed; json-file's are read by others.
        if (driver is JsonFile && text[0] is '1' or 't' or 'T')
            throw EngineException.NotImplemented("log option compress of json-file");
    }
}
