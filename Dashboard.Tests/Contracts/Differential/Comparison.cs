using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Dashboard.Tests.Contracts.Differential;

/// <summary>Lists in what two answers to one step differ.</summary>
internal sealed partial class Comparison(Normal theirNormal, Normal ourNormal)
{
    private const string PathStat = "X-Docker-Container-Path-Stat";

    /// <summary>Go counts small answers and chunks large ones, at 2048 bytes; two answers near that may fall on either side.</summary>
    private const int SurelyCounted = 1500;

    public IEnumerable<string> Of(Step step, Answer theirs, Answer ours)
    {
        if (theirs.Failure is not null || ours.Failure is not null)
            return theirs.Failure == ours.Failure ? [] : [$"answer: {theirs.Failure ?? "whole"}, ours {ours.Failure ?? "whole"}"];
        var (theirKind, theirBody) = BodyReader.Read(theirs.Body);
        var (ourKind, ourBody) = BodyReader.Read(ours.Body);
        if (theirs.Status != ours.Status)
        {
            var (one, other) = (Message(theirs, theirNormal), Message(ours, ourNormal));
            return [SameMessage(one, other) ? $"status: {theirs.Status}, ours {ours.Status}, same message" : $"status: {theirs.Status} ({one}), ours {ours.Status} ({other})"];
        }
        var found = Headers(theirs, ours).ToList();
        if (theirKind != ourKind) found.Add($"body: {theirKind} {Brief(theirBody)}, ours {ourKind} {Brief(ourBody)}");
        else Compare(step, "$", theirBody, ourBody, found);
        return found;
    }

    private static IEnumerable<string> Headers(Answer theirs, Answer ours)
    {
        foreach (var name in theirs.Headers.Keys.Union(ours.Headers.Keys).Where(name => name is not ("Content-Length" or "Transfer-Encoding" or PathStat)))
        {
            var (one, other) = (theirs.Headers.GetValueOrDefault(name, "missing"), ours.Headers.GetValueOrDefault(name, "missing"));
            if (one != other) yield return $"header {name}: {one}, ours {other}";
        }
        var (theirFraming, ourFraming) = (Framing(theirs), Framing(ours));
        var near = theirs.Body.Length > SurelyCounted && theirFraming != "until the end" && ourFraming != "until the end";
        if (theirFraming != ourFraming && !near) yield return $"framing: {theirFraming}, ours {ourFraming}";
        if (theirs.Headers.GetValueOrDefault(PathStat) is { } stat && ours.Headers.GetValueOrDefault(PathStat) is { } ourStat)
        {
            var (one, other) = (Decode(stat), Decode(ourStat));
            if (one != other) yield return $"header {PathStat}: {one}, ours {other}";
        }
        else if (theirs.Headers.ContainsKey(PathStat) != ours.Headers.ContainsKey(PathStat)) yield return $"header {PathStat}: only in one";
    }

    private static string Framing(Answer answer) => answer.Headers.GetValueOrDefault("Transfer-Encoding") ?? (answer.Headers.ContainsKey("Content-Length") ? "counted" : answer.Status is 204 or 304 ? "none" : "until the end");

    private static string Decode(string stat) => Modified().Replace(Encoding.UTF8.GetString(Convert.FromBase64String(stat)), "\"mtime\":\"{time}\"");

    private void Compare(Step step, string path, JsonNode? theirs, JsonNode? ours, List<string> found)
    {
        if (theirs is JsonObject theirObject && ours is JsonObject ourObject) CompareObjects(step, path, theirObject, ourObject, found);
        else if (theirs is JsonArray theirArray && ours is JsonArray ourArray) CompareArrays(step, path, theirArray, ourArray, found);
        else if (Kind(theirs) != Kind(ours)) found.Add($"{path}: {Brief(theirs)}, ours {Brief(ours)}");
        else if (!SameValue(step, path, theirs, ours)) found.Add($"{path}: {theirNormal.Of(Brief(theirs))}, ours {ourNormal.Of(Brief(ours))}");
    }

    private void CompareObjects(Step step, string path, JsonObject theirs, JsonObject ours, List<string> found)
    {
        var theirFields = Fields(theirs, theirNormal);
        var ourFields = Fields(ours, ourNormal);
        foreach (var (name, value) in theirFields)
        {
            if (!ourFields.TryGetValue(name, out var own)) found.Add($"{path}.{name}: {Brief(value)}, ours missing");
            else Compare(step, $"{path}.{name}", value, own, found);
        }
        found.AddRange(ourFields.Where(field => !theirFields.ContainsKey(field.Key)).Select(field => $"{path}.{field.Key}: missing, ours {Brief(field.Value)}"));
    }

    private void CompareArrays(Step step, string path, JsonArray theirs, JsonArray ours, List<string> found)
    {
        if (step.Unordered || FreeValues.IsUnordered(path))
        {
            CompareSets(step, path, theirs, ours, found);
            return;
        }
        if (theirs.Count != ours.Count && !FreeValues.IsListOf(path))
        {
            found.Add($"{path}: {theirs.Count} items {theirNormal.Of(Brief(theirs))}, ours {ours.Count} {ourNormal.Of(Brief(ours))}");
            return;
        }
        for (var i = 0; i < Math.Min(theirs.Count, ours.Count); i++) Compare(step, $"{path}[{i}]", theirs[i], ours[i], found);
    }

    private void CompareSets(Step step, string path, JsonArray theirs, JsonArray ours, List<string> found)
    {
        var left = ours.Select(item => (Key: SortKey(item, ourNormal), Item: item)).ToList();
        var lonely = new List<(string Key, JsonNode? Item)>();
        foreach (var item in theirs)
        {
            var key = SortKey(item, theirNormal);
            var at = left.FindIndex(each => each.Key == key);
            if (at < 0)
            {
                lonely.Add((key, item));
                continue;
            }
            Compare(step, $"{path}[]", item, left[at].Item, found);
            left.RemoveAt(at);
        }
        // A single one of each is the same thing in another form.
        if (lonely is [var one] && left is [var other] && one.Item is JsonObject) Compare(step, $"{path}[]", one.Item, other.Item, found);
        else found.AddRange([.. lonely.Select(each => $"{path}: {each.Key}, ours missing"), .. left.Select(each => $"{path}: missing, ours {each.Key}")]);
    }

    private bool SameValue(Step step, string path, JsonNode? theirs, JsonNode? ours)
    {
        if (theirs is null || ours is null) return true;
        var (one, other) = (theirs.ToJsonString(), ours.ToJsonString());
        if (one == other || step.ShapeOnly) return true;
        if (FreeValues.Contains(path)) return IsZero(one) == IsZero(other);
        if (Kind(theirs) != JsonValueKind.String) return false;
        (one, other) = (theirNormal.Of(theirs.GetValue<string>()), ourNormal.Of(ours.GetValue<string>()));
        return one == other || (path == "$.message" && SameMessage(one, other));
    }

    // Newer versions of Docker begin their messages, and the parts of them after a colon, with a small letter.
    private static bool SameMessage(string theirs, string ours) =>
        theirs == ours || PartStart().Replace(theirs, match => match.Value.ToLowerInvariant()) == PartStart().Replace(ours, match => match.Value.ToLowerInvariant());

    private static bool IsZero(string json) => json is "0" or "\"\"" or "\"0\"";

    private static Dictionary<string, JsonNode?> Fields(JsonObject value, Normal normal)
    {
        var fields = new Dictionary<string, JsonNode?>();
        foreach (var (name, field) in value) fields[normal.Of(name)] = field;
        return fields;
    }

    private static string SortKey(JsonNode? item, Normal normal) => item is JsonObject @event && @event["Action"] is { } action
        ? normal.Of($"{@event["Type"]} {action} {@event["Actor"]?["Attributes"]?["name"]} {@event["Actor"]?["Attributes"]?["image"]} {@event["Actor"]?["Attributes"]?["signal"]}")
        : item is JsonObject image && image["RepoTags"] is JsonArray tags ? string.Join(' ', tags.Select(tag => (string?)tag).Order(StringComparer.Ordinal)) + image["Size"]
        : item is JsonObject named && (named["Name"] ?? named["Id"] ?? named["ID"] ?? named["Destination"]) is { } name
        ? normal.Of(name.ToJsonString())
        : normal.Of(Timestamps().Replace(item?.ToJsonString() ?? "null", ""));

    private static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null => JsonValueKind.Null,
        JsonValueKind.False => JsonValueKind.True,
        var kind => kind.Value,
    };

    private static string Message(Answer answer, Normal normal) => normal.Of(BodyReader.Read(answer.Body).Value is JsonObject json && json["message"] is { } message ? message.ToString() : $"{answer.Body.Length} bytes");

    private static string Brief(JsonNode? node) => node?.ToJsonString(s_plain) is not { } text ? "null" : text.Length > 240 ? text[..240] + "…" : text;

    private static readonly JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex("(^|: )[A-Z]")]
    private static partial Regex PartStart();

    [GeneratedRegex("\"time(Nano)?\":\\d+")]
    private static partial Regex Timestamps();

    [GeneratedRegex("\"mtime\":\"[^\"]*\"")]
    private static partial Regex Modified();
}
