using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Archives;

namespace Dashboard.Engine.Images;

/// <summary>
/// The HEALTHCHECK instruction as the config's object:
/// <c>--interval=5s --retries=3 CMD curl -f http://localhost/</c> is <c>{"Test":["CMD-SHELL","curl …"],"Interval":5000000000,"Retries":3}</c>.
/// </summary>
internal static class Healthcheck
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    public static JsonElement Parse(string arguments)
    {
        var check = new JsonObject();
        var rest = arguments;
        while (rest.StartsWith("--", StringComparison.Ordinal))
        {
            var end = rest.AsSpan().IndexOfAny(' ', '\t');
            Option(check, end < 0 ? rest : rest[..end]);
            rest = end < 0 ? "" : rest[end..].TrimStart();
        }
        var space = rest.AsSpan().IndexOfAny(' ', '\t');
        var type = (space < 0 ? rest : rest[..space]).ToUpperInvariant();
        var command = space < 0 ? "" : rest[space..].Trim();
        check["Test"] = type switch
        {
            "NONE" when command.Length == 0 => new JsonArray("NONE"),
            "NONE" => throw EngineException.Invalid("HEALTHCHECK NONE takes no arguments"),
            "CMD" when command.Length == 0 => throw EngineException.Invalid("Missing command after HEALTHCHECK CMD"),
            "CMD" => Test(ImageChanges.Command(command), command),
            _ => throw EngineException.Invalid($"Unknown type \"{type}\" in HEALTHCHECK (try CMD)"),
        };
        return JsonDocument.Parse(check.ToJsonString()).RootElement;
    }

    private static JsonArray Test(IReadOnlyList<string> words, string command) =>
        words.Count == 3 && words[0] == "/bin/sh" && words[2] == command
            ? new JsonArray("CMD-SHELL", command)
            : new JsonArray([JsonValue.Create("CMD"), .. words.Select(word => JsonValue.Create(word))]);

    private static void Option(JsonObject check, string option)
    {
        var equals = option.IndexOf('=');
        var name = equals < 0 ? option : option[..equals];
        var value = equals < 0 ? "" : option[(equals + 1)..];
        switch (name)
        {
            case "--interval":
                check["Interval"] = Nanoseconds(name, value);
                break;
            case "--timeout":
                check["Timeout"] = Nanoseconds(name, value);
                break;
            case "--start-period":
                check["StartPeriod"] = Nanoseconds(name, value);
                break;
            case "--start-interval":
                check["StartInterval"] = Nanoseconds(name, value);
                break;
            case "--retries":
                check["Retries"] = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var retries)
                    ? retries : throw EngineException.Invalid($"--retries must be an integer, not \"{value}\"");
                break;
            default:
                throw EngineException.Invalid($"unknown flag: {name}");
        }
    }

    /// <summary>Go's durations: <c>1m30s</c>, <c>500ms</c>.</summary>
    private static long Nanoseconds(string name, string text)
    {
        var total = 0m;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            var unit = digits < 0 ? [] : rest[digits..];
            var end = unit.IndexOfAny(NumberCharacters);
            unit = end < 0 ? unit : unit[..end];
            var scale = unit switch { "ns" => 1m, "us" or "µs" => 1e3m, "ms" => 1e6m, "s" => 1e9m, "m" => 60e9m, "h" => 3600e9m, _ => 0m };
            if (digits <= 0 || scale == 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1_000_000)
                throw EngineException.Invalid($"{name}: time: invalid duration \"{text}\"");
            total += number * scale;
            rest = rest[(digits + unit.Length)..];
        }
        return total is > 0 and <= long.MaxValue ? (long)total : throw EngineException.Invalid($"{name}: time: invalid duration \"{text}\"");
    }
}
