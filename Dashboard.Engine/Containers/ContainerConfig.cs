using System.Text.Json;

namespace Dashboard.Engine.Containers;

/// <summary>
/// Docker's <c>ContainerConfig</c>: what the image can also say. The property names are the wire names (Engine API
/// v1.51), one shape from the request to the database and back to inspect, as in moby's api/types.
/// </summary>
public sealed record ContainerConfig
{
    public string Hostname { get; set; } = "";
    public string Domainname { get; set; } = "";
    public string User { get; set; } = "";
    public bool AttachStdin { get; set; }
    public bool AttachStdout { get; set; }
    public bool AttachStderr { get; set; }
    public IReadOnlyDictionary<string, JsonElement>? ExposedPorts { get; set; }
    public bool Tty { get; set; }
    public bool OpenStdin { get; set; }
    public bool StdinOnce { get; set; }
    public IReadOnlyList<string>? Env { get; set; }
    public IReadOnlyList<string>? Cmd { get; set; }
    public HealthConfig? Healthcheck { get; set; }
    public bool? ArgsEscaped { get; set; }
    public string Image { get; set; } = "";
    public IReadOnlyDictionary<string, JsonElement>? Volumes { get; set; }
    public string WorkingDir { get; set; } = "";
    public IReadOnlyList<string>? Entrypoint { get; set; }
    public bool? NetworkDisabled { get; set; }
    public string? MacAddress { get; set; }
    public IReadOnlyList<string>? OnBuild { get; set; }
    public IReadOnlyDictionary<string, string>? Labels { get; set; }
    public string? StopSignal { get; set; }
    /// <summary>Seconds.</summary>
    public int? StopTimeout { get; set; }
    public IReadOnlyList<string>? Shell { get; set; }
}
