using Docker.DotNet.Models;

namespace Dashboard.Client.Features.Run;

/// <summary>A container to be run: one value, from which both the request and the docker command line are made.</summary>
public sealed record RunPlan
{
    public const string NoRestart = "no";
    public const string OnFailure = "on-failure";
    public const string Bridge = "bridge";

    public required string Image { get; init; }
    public string? Name { get; init; }
    public IReadOnlyList<string> Command { get; init; } = [];
    public IReadOnlyList<PlannedPort> Ports { get; init; } = [];
    /// <summary>KEY=VALUE.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];
    /// <summary>Source:target, or source:target:ro.</summary>
    public IReadOnlyList<string> Binds { get; init; } = [];
    /// <summary>Bytes; 0 is no limit.</summary>
    public long Memory { get; init; }
    /// <summary>Billionths of a CPU; 0 is no limit.</summary>
    public long NanoCpus { get; init; }
    public string Restart { get; init; } = NoRestart;
    /// <summary>With on-failure only; 0 is without end.</summary>
    public int Retries { get; init; }
    public string Network { get; init; } = Bridge;
    public bool Tty { get; init; }
    public bool Interactive { get; init; }
    public bool RemoveAtExit { get; init; }

    public CreateContainerParameters ToParameters() => new()
    {
        Image = Image,
        Name = Name ?? "",
        // None means the image's.
        Cmd = [.. Command],
        Env = [.. Environment],
        Tty = Tty,
        OpenStdin = Interactive,
        ExposedPorts = Ports.Select(port => port.Key).Distinct().ToDictionary(key => key, _ => default(EmptyStruct)),
        HostConfig = new HostConfig
        {
            Binds = [.. Binds],
            PortBindings = Ports.GroupBy(port => port.Key).ToDictionary(
                group => group.Key,
                IList<PortBinding> (group) => [.. group.Select(port => new PortBinding { HostIP = port.HostAddress, HostPort = port.HostPort })]),
            Memory = Memory,
            NanoCPUs = NanoCpus,
            NetworkMode = Network,
            AutoRemove = RemoveAtExit,
            RestartPolicy = new RestartPolicy
            {
                Name = Restart switch
                {
                    "always" => RestartPolicyKind.Always,
                    "unless-stopped" => RestartPolicyKind.UnlessStopped,
                    OnFailure => RestartPolicyKind.OnFailure,
                    _ => RestartPolicyKind.No,
                },
                MaximumRetryCount = Retries,
            },
        },
    };
}
