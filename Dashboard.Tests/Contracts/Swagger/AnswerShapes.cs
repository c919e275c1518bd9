using System.Text.Json;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts.Swagger;

/// <summary>What answers of API 1.51 look like, from a table of names and types beside this file; null stands for everything, as in Go.</summary>
internal static class AnswerShapes
{
    private static readonly Lazy<Dictionary<string, Dictionary<string, string>>> s_shapes = new(Read);

    /// <summary>Fields that 1.51 does not know, values of another type, and fields that have to be there.</summary>
    /// <param name="shape">A name of the table, <c>[name]</c> or <c>{name}</c>.</param>
    public static List<string> Faults(JsonElement answer, string shape)
    {
        var faults = new List<string>();
        Check(answer, shape, "$", faults);
        return faults;
    }

    private static void Check(JsonElement value, string shape, string path, List<string> faults)
    {
        if (shape is "any" || value.ValueKind is JsonValueKind.Null) return;
        if (shape[0] is '[')
        {
            if (!Is(value, JsonValueKind.Array, path, faults)) return;
            foreach (var item in value.EnumerateArray()) Check(item, shape[1..^1], path + "[]", faults);
        }
        else if (shape[0] is '{')
        {
            if (!Is(value, JsonValueKind.Object, path, faults)) return;
            foreach (var entry in value.EnumerateObject()) Check(entry.Value, shape[1..^1], path + ".*", faults);
        }
        else if (s_shapes.Value.TryGetValue(shape, out var fields))
        {
            if (Is(value, JsonValueKind.Object, path, faults)) CheckFields(value, fields, path, faults);
        }
        else if (shape is "boolean")
        {
            if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) faults.Add($"{path} is a {value.ValueKind}");
        }
        else
        {
            Is(value, shape is "number" ? JsonValueKind.Number : JsonValueKind.String, path, faults);
        }
    }

    private static void CheckFields(JsonElement value, Dictionary<string, string> fields, string path, List<string> faults)
    {
        foreach (var field in value.EnumerateObject())
        {
            if (fields.TryGetValue(field.Name, out var shape) || fields.TryGetValue(field.Name + "!", out shape)) Check(field.Value, shape, $"{path}.{field.Name}", faults);
            else faults.Add($"{path}.{field.Name} is not known");
        }
        faults.AddRange(fields.Keys.Where(name => name.EndsWith('!') && !value.TryGetProperty(name[..^1], out _)).Select(name => $"{path}.{name[..^1]} is missing"));
    }

    private static bool Is(JsonElement value, JsonValueKind kind, string path, List<string> faults)
    {
        if (value.ValueKind == kind) return true;
        faults.Add($"{path} is a {value.ValueKind}, not a {kind}");
        return false;
    }

    private static Dictionary<string, Dictionary<string, string>> Read() =>
        File.ReadLines(Path.Combine(TestPlaces.Repository, "Dashboard.Tests", "Contracts", "Swagger", "answers-1.51.txt"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => words.Skip(1).ToDictionary(word => word[..word.IndexOf(':')], word => word[(word.IndexOf(':') + 1)..]));
}
