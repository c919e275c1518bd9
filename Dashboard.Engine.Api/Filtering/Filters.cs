using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Filtering;

/// <summary>
/// The <c>filters</c> parameter: <c>{"status":["running"]}</c>, or with older clients <c>{"status":{"running":true}}</c>.
/// The values of one key are alternatives, the keys must all hold.
/// </summary>
internal sealed class Filters
{
    private static readonly TimeSpan s_matchLimit = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, IReadOnlyList<string>> _values;

    private Filters(Dictionary<string, IReadOnlyList<string>> values) => _values = values;

    /// <exception cref="EngineException">Not JSON, or a key that is not in <paramref name="accepted"/>.</exception>
    public static Filters Parse(string? json, IReadOnlyCollection<string> accepted)
    {
        var filters = Parse(json);
        var unknown = filters._values.Keys.Order(StringComparer.Ordinal).FirstOrDefault(key => !accepted.Contains(key));
        return unknown is null ? filters : throw EngineException.Invalid($"invalid filter '{unknown}'");
    }

    /// <summary>With any keys: events are filtered by those that mean something, and dockerd ignores the others.</summary>
    /// <exception cref="EngineException">Not JSON.</exception>
    public static Filters Parse(string? json)
    {
        var values = new Dictionary<string, IReadOnlyList<string>>();
        if (json is not null)
        {
            using var document = ParseDocument(json);
            foreach (var property in document.RootElement.EnumerateObject()) values[property.Name] = ReadValues(property.Value);
        }

        return new Filters(values);
    }

    public bool Contains(string key) => _values.ContainsKey(key);

    public IReadOnlyList<string> Values(string key) => _values.GetValueOrDefault(key, []);

    /// <summary>One of the values is exactly this, or the key is not asked for.</summary>
    public bool Exact(string key, string source) => !Contains(key) || Values(key).Count == 0 || Values(key).Contains(source);

    /// <summary>One of the values is this or begins it.</summary>
    public bool Prefix(string key, string source) => Exact(key, source) || Values(key).Any(value => source.StartsWith(value, StringComparison.Ordinal));

    /// <summary>One of the values is this, or matches it as a regular expression (moby, Args.Match). Patterns come from strangers: linear time only.</summary>
    public bool Matches(string key, string source) => Exact(key, source) || Values(key).Any(value => IsMatch(value, source));

    /// <summary>Every value, <c>key</c> or <c>key=value</c>, is among the labels.</summary>
    public bool HasLabels(string key, IReadOnlyDictionary<string, string>? labels) => Values(key).All(value => HasLabel(value, labels));

    /// <summary>None of the values is among the labels.</summary>
    public bool LacksLabels(string key, IReadOnlyDictionary<string, string>? labels) => !Values(key).Any(value => HasLabel(value, labels));

    /// <summary>A filter that is true, false or absent (<paramref name="missing"/>).</summary>
    public bool? Boolean(string key, bool? missing = null)
    {
        if (!Contains(key)) return missing;
        bool? result = null;
        foreach (var value in Values(key))
        {
            bool? one = value switch { "1" or "true" => true, "0" or "false" => false, _ => null };
            if (one is null || (result ?? one) != one) throw Invalid(key, $"[{string.Join(' ', Values(key).Order(StringComparer.Ordinal))}]");
            result = one;
        }

        return result ?? throw Invalid(key, "[]");
    }

    public static EngineException Invalid(string key, string value) => EngineException.Invalid($"invalid filter '{key}={value}'");

    private static bool HasLabel(string asked, IReadOnlyDictionary<string, string>? labels)
    {
        var equals = asked.IndexOf('=');
        var key = equals < 0 ? asked : asked[..equals];
        return labels is not null && labels.TryGetValue(key, out var value) && (equals < 0 || value == asked[(equals + 1)..]);
    }

    private static bool IsMatch(string pattern, string source)
    {
        try
        {
            return Regex.IsMatch(source, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_matchLimit);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            // As in moby: a value that is no pattern matches only itself.
            return false;
        }
    }

    private static JsonDocument ParseDocument(string json)
    {
        try
        {
            var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException e)
        {
            throw EngineException.Invalid($"invalid filter: {GoSyntax.Describe(Encoding.UTF8.GetBytes(json), e)}");
        }

        throw EngineException.Invalid($"invalid filter: expected an object, got {GoText.Quote(json)}");
    }

    private static List<string> ReadValues(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array when element.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            [.. element.EnumerateArray().Select(item => item.GetString()!)],
        JsonValueKind.Object => [.. element.EnumerateObject().Where(item => item.Value.ValueKind == JsonValueKind.True).Select(item => item.Name)],
        _ => throw EngineException.Invalid($"invalid filter: expected a list of strings, got {element.GetRawText()}"),
    };
}
