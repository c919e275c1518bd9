using System.Text.Json;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Archives;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images;

/// <summary>The Dockerfile instructions that <c>import --change</c> and <c>commit --change</c> take, applied to a config in their order.</summary>
internal static class ImageChanges
{
    private static readonly JsonElement Present = JsonDocument.Parse("{}").RootElement;

    /// <exception cref="EngineException">InvalidParameter, in Docker's words.</exception>
    public static ImageExecutionConfig Apply(ImageExecutionConfig config, IEnumerable<string> changes)
    {
        var cmdSet = false;
        foreach (var line in changes.SelectMany(change => change.Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var space = line.AsSpan().IndexOfAny(' ', '\t');
            var instruction = space < 0 ? line : line[..space];
            var arguments = space < 0 ? "" : line[space..].Trim();
            try
            {
                config = ApplyOne(config, instruction, arguments);
                // A new entrypoint takes nothing over from the old command (moby builder/dockerfile/dispatchers.go).
                cmdSet |= instruction.Equals("CMD", StringComparison.OrdinalIgnoreCase);
                if (!cmdSet && instruction.Equals("ENTRYPOINT", StringComparison.OrdinalIgnoreCase))
                    config = config with { Cmd = null };
            }
            catch (FormatException error)
            {
                throw EngineException.Invalid($"failed to process \"{arguments}\": {error.Message}");
            }
        }
        return config;
    }

    private static ImageExecutionConfig ApplyOne(ImageExecutionConfig config, string instruction, string arguments)
    {
        var name = instruction.ToUpperInvariant();
        if (name is not ("CMD" or "ENTRYPOINT" or "ENV" or "EXPOSE" or "HEALTHCHECK" or "LABEL" or "ONBUILD" or "STOPSIGNAL" or "USER" or "VOLUME" or "WORKDIR"))
            throw EngineException.Invalid($"{instruction.ToLowerInvariant()} is not a valid change command");
        if (arguments.Length == 0 && name is not ("CMD" or "ENTRYPOINT"))
            throw EngineException.Invalid($"{name} requires {(name is "ENV" or "LABEL" or "EXPOSE" or "VOLUME" or "HEALTHCHECK" ? "at least one argument" : "exactly one argument")}");
        var variables = Variables(config);
        return name switch
        {
            "CMD" => config with { Cmd = Command(arguments) },
            "ENTRYPOINT" => config with { Entrypoint = Command(arguments) },
            "ENV" => config with { Env = SetEnvironment(config.Env, Pairs(name, arguments, variables)) },
            "LABEL" => config with { Labels = Merge(config.Labels, Pairs(name, arguments, variables)) },
            "EXPOSE" => config with { ExposedPorts = AddKeys(config.ExposedPorts, DockerfileWords.Split(arguments).SelectMany(word => Ports(DockerfileWords.Expand(word, variables)))) },
            "VOLUME" => config with { Volumes = AddKeys(config.Volumes, Volumes(arguments, variables)) },
            "USER" => config with { User = DockerfileWords.Expand(arguments, variables) },
            "WORKDIR" => config with { WorkingDir = Join(config.WorkingDir, DockerfileWords.Expand(arguments, variables)) },
            "STOPSIGNAL" => config with { StopSignal = DockerfileWords.Expand(arguments, variables) },
            "ONBUILD" => config with { OnBuild = [.. config.OnBuild ?? [], arguments] },
            _ => config with { Healthcheck = Healthcheck.Parse(arguments) },
        };
    }

    /// <summary>A JSON array of strings is the command itself; anything else is a line for the shell.</summary>
    internal static IReadOnlyList<string> Command(string arguments) =>
        JsonStrings(arguments) ?? (arguments.Length == 0 ? [] : ["/bin/sh", "-c", arguments]);

    private static List<string>? JsonStrings(string text)
    {
        if (!text.StartsWith('['))
            return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String)
                ? [.. document.RootElement.EnumerateArray().Select(element => element.GetString()!)] : null;
        }
        catch (JsonException)
        {
            // Docker's rule: what is no JSON array is the shell form.
            return null;
        }
    }

    /// <summary><c>a=1 b="2 3"</c>, or the old form of one name and the rest of the line.</summary>
    private static List<KeyValuePair<string, string>> Pairs(string instruction, string arguments, Dictionary<string, string> variables)
    {
        var words = DockerfileWords.Split(arguments);
        if (!words[0].Contains('='))
        {
            if (words.Count < 2)
                throw EngineException.Invalid($"{instruction} must have two arguments");
            return [new(words[0], DockerfileWords.Expand(arguments[words[0].Length..].Trim(), variables))];
        }
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var word in words)
        {
            var equals = word.IndexOf('=');
            if (equals < 0)
                throw EngineException.Invalid($"Syntax error - can't find = in \"{word}\". Must be of the form: name=value");
            if (equals == 0)
                throw EngineException.Invalid($"{instruction} names can not be blank");
            pairs.Add(new(DockerfileWords.Expand(word[..equals], variables), DockerfileWords.Expand(word[(equals + 1)..], variables)));
        }
        return pairs;
    }

    private static List<string> SetEnvironment(IReadOnlyList<string>? current, List<KeyValuePair<string, string>> pairs)
    {
        var environment = new List<string>(current ?? []);
        foreach (var (key, value) in pairs)
        {
            var at = environment.FindIndex(entry => entry.StartsWith(key + "=", StringComparison.Ordinal));
            if (at >= 0)
                environment[at] = $"{key}={value}";
            else
                environment.Add($"{key}={value}");
        }
        return environment;
    }

    private static Dictionary<string, string> Variables(ImageExecutionConfig config)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in config.Env ?? [])
        {
            var equals = entry.IndexOf('=');
            if (equals > 0)
                variables[entry[..equals]] = entry[(equals + 1)..];
        }
        return variables;
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string>? current, List<KeyValuePair<string, string>> pairs)
    {
        var merged = new Dictionary<string, string>(current ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
            merged[key] = value;
        return merged;
    }

    private static Dictionary<string, JsonElement> AddKeys(IReadOnlyDictionary<string, JsonElement>? current, IEnumerable<string> keys)
    {
        var merged = new Dictionary<string, JsonElement>(current ?? new Dictionary<string, JsonElement>(), StringComparer.Ordinal);
        foreach (var key in keys)
            merged[key] = Present;
        return merged;
    }

    private static List<string> Volumes(string arguments, Dictionary<string, string> variables)
    {
        var paths = (JsonStrings(arguments) ?? DockerfileWords.Split(arguments)).Select(word => DockerfileWords.Expand(word, variables)).ToList();
        return paths.Contains("") ? throw EngineException.Invalid("VOLUME specified can not be an empty string") : paths;
    }

    /// <summary><c>80</c>, <c>53/udp</c>, <c>8000-8010/tcp</c>.</summary>
    private static IEnumerable<string> Ports(string text)
    {
        var slash = text.IndexOf('/');
        var protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        var range = (slash < 0 ? text : text[..slash]).Split('-');
        if (protocol is not ("tcp" or "udp" or "sctp"))
            throw EngineException.Invalid($"Invalid proto: {protocol}");
        if (range.Length > 2 || !ushort.TryParse(range[0], out var first) || !ushort.TryParse(range[^1], out var last) || last < first)
            throw EngineException.Invalid($"Invalid containerPort: {text}");
        return Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}");
    }

    private static string Join(string? current, string path) =>
        path.StartsWith('/') || path.Length == 0 ? Path.GetFullPath(path.Length == 0 ? "/" : path) : Path.GetFullPath(path, string.IsNullOrEmpty(current) ? "/" : current);
}
