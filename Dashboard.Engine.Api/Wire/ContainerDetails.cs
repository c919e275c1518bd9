using System.Text.Json;
using Dashboard.Engine.Containers;

namespace Dashboard.Engine.Api.Wire;

/// <summary>GET /containers/{id}/json.</summary>
internal sealed record ContainerDetails
{
    public required string Id { get; init; }
    public required string Created { get; init; }
    public required string Path { get; init; }
    public required IReadOnlyList<string> Args { get; init; }
    public required StateDetails State { get; init; }
    public required string Image { get; init; }
    public required string ResolvConfPath { get; init; }
    public required string HostnamePath { get; init; }
    public required string HostsPath { get; init; }
    public required string LogPath { get; init; }
    public required string Name { get; init; }
    public required int RestartCount { get; init; }
    public required string Driver { get; init; }
    public string Platform { get; init; } = "linux";
    public string MountLabel { get; init; } = "";
    public string ProcessLabel { get; init; } = "";
    public string AppArmorProfile { get; init; } = "";
    public IReadOnlyList<string>? ExecIDs { get; init; }
    public required HostConfig HostConfig { get; init; }
    public required GraphDriver GraphDriver { get; init; }
    [OmitNull] public long? SizeRw { get; init; }
    [OmitNull] public long? SizeRootFs { get; init; }
    public required IReadOnlyList<MountPoint> Mounts { get; init; }
    public required ContainerConfig Config { get; init; }
    public required NetworkSettings NetworkSettings { get; init; }
}

internal sealed record GraphDriver(IReadOnlyDictionary<string, string>? Data, string Name);

internal sealed record StateDetails
{
    public required string Status { get; init; }
    public required bool Running { get; init; }
    public required bool Paused { get; init; }
    public required bool Restarting { get; init; }
    public required bool OOMKilled { get; init; }
    public required bool Dead { get; init; }
    public required int Pid { get; init; }
    public required int ExitCode { get; init; }
    public required string Error { get; init; }
    public required string StartedAt { get; init; }
    public required string FinishedAt { get; init; }
    [OmitNull] public HealthDetails? Health { get; init; }
}

internal sealed record HealthDetails(string Status, int FailingStreak, IReadOnlyList<HealthResultDetails> Log);

internal sealed record HealthResultDetails(string Start, string End, int ExitCode, string Output);

internal sealed record NetworkSettings
{
    public string Bridge { get; init; } = "";
    public required string SandboxID { get; init; }
    public required string SandboxKey { get; init; }
    public required IReadOnlyDictionary<string, IReadOnlyList<PortBinding>?> Ports { get; init; }
    public bool HairpinMode { get; init; }
    public string LinkLocalIPv6Address { get; init; } = "";
    public int LinkLocalIPv6PrefixLen { get; init; }
    public JsonElement? SecondaryIPAddresses { get; init; }
    public JsonElement? SecondaryIPv6Addresses { get; init; }
    public string EndpointID { get; init; } = "";
    public string Gateway { get; init; } = "";
    public string GlobalIPv6Address { get; init; } = "";
    public int GlobalIPv6PrefixLen { get; init; }
    public string IPAddress { get; init; } = "";
    public int IPPrefixLen { get; init; }
    public string IPv6Gateway { get; init; } = "";
    public string MacAddress { get; init; } = "";
    public required IReadOnlyDictionary<string, EndpointSettings> Networks { get; init; }
}
