using System.Text.Json;

namespace Dashboard.Engine.Containers;

/// <summary>
/// Docker's <c>ContainerConfig</c>: what the image can also say. The property names are the wire names (Engine API
/// v1.51), one shape from the request to the database and back to inspect, as in moby's api/types.
/// </summary>
public sealed record ContainerConfig
{
    public string Hostname { get; init; } = "";
    public string Domainname { get; init; } = "";
    public string User { get; init; } = "";
    public bool AttachStdin { get; init; }
    public bool AttachStdout { get; init; }
    public bool AttachStderr { get; init; }
    public IReadOnlyDictionary<string, JsonElement>? ExposedPorts { get; init; }
    public bool Tty { get; init; }
    public bool OpenStdin { get; init; }
    public bool StdinOnce { get; init; }
    public IReadOnlyList<string>? Env { get; init; }
    public IReadOnlyList<string>? Cmd { get; init; }
    public JsonElement? Healthcheck { get; init; }
    public bool? ArgsEscaped { get; init; }
    public string Image { get; init; } = "";
    public IReadOnlyDictionary<string, JsonElement>? Volumes { get; init; }
    public string WorkingDir { get; init; } = "";
    public IReadOnlyList<string>? Entrypoint { get; init; }
    public bool? NetworkDisabled { get; init; }
    public string? MacAddress { get; init; }
    public IReadOnlyList<string>? OnBuild { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public string? StopSignal { get; init; }
    /// <summary>Seconds.</summary>
    public int? StopTimeout { get; init; }
    public IReadOnlyList<string>? Shell { get; init; }
}
