using System.Text.Json;
using System.Text.RegularExpressions;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Create;

/// <summary>What a log line says beside its text (<c>docker logs --details</c>): labels, variables and a tag that the options ask for.</summary>
internal static partial class LogAttributes
{
    private static readonly HashSet<string> TagFields =
        ["ID", "FullID", "Name", "ImageID", "ImageFullID", "ImageName", "Command", "DaemonName", "ContainerID", "ContainerName", "ContainerImageID", "ContainerImageName"];

    /// <summary>A JSON object with its keys in order; null when nothing is asked for.</summary>
    public static string? Of(Container container)
    {
        var options = container.HostConfig.LogConfig.Config ?? new Dictionary<string, string>();
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Select(found, options, "labels", container.Config.Labels ?? new Dictionary<string, string>());
        Select(found, options, "env", Variables(container.Config.Env ?? []));
        if (options.TryGetValue("tag", out var tag) && tag is not "")
            found["tag"] = TagField().Replace(tag, match => Field(container, match.Groups[1].Value));
        return found.Count == 0 ? null : JsonSerializer.Serialize(found, LogJson.Default.SortedDictionaryStringString);
    }

    /// <exception cref="EngineException">It is no template, or asks for what is not there.</exception>
    public static void CheckTag(string tag)
    {
        foreach (Match match in TagField().Matches(tag))
        {
            if (!TagFields.Contains(match.Groups[1].Value))
                throw EngineException.Invalid($"template: log-tag: can't evaluate field {match.Groups[1].Value}; there are {string.Join(", ", TagFields)}");
        }
        if (TagField().Replace(tag, "").Contains("{{", StringComparison.Ordinal))
            throw EngineException.NotImplemented($"a log tag with more than fields ({tag})");
    }

    private static void Select(SortedDictionary<string, string> found, IReadOnlyDictionary<string, string> options, string option, IReadOnlyDictionary<string, string> all)
    {
        foreach (var key in options.GetValueOrDefault(option, "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (all.TryGetValue(key, out var value))
                found[key] = value;
        }
        if (options.GetValueOrDefault(option + "-regex", "") is not { Length: > 0 } text)
            return;
        var pattern = LogOptions.Pattern(text);
        foreach (var (key, value) in all.Where(pair => pattern.IsMatch(pair.Key)))
            found[key] = value;
    }

    private static Dictionary<string, string> Variables(IReadOnlyList<string> env)
    {
        var variables = new Dictionary<string, string>();
        foreach (var variable in env)
        {
            if (variable.Split('=', 2) is [var key, var value])
                variables[key] = value;
        }
        return variables;
    }

    private static string Field(Container container, string name) => name switch
    {
        "ID" => container.Id[..12],
        "FullID" or "ContainerID" => container.Id,
        "Name" => container.Name,
        "ContainerName" => "/" + container.Name,
        "ImageID" => container.ImageId[..Math.Min(12, container.ImageId.Length)],
        "ImageFullID" or "ContainerImageID" => container.ImageId,
        "ImageName" or "ContainerImageName" => container.Config.Image,
        "Command" => string.Join(' ', [container.Path, .. container.Args]),
        "DaemonName" => "docker",
        _ => "",
    };

    [GeneratedRegex(@"\{\{\s*\.([A-Za-z]+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex TagField();
}
