namespace Dashboard.Engine.Api.Wire;

/// <summary>Body of POST /exec/{id}/start.</summary>
internal sealed record ExecStart
{
    public bool Detach { get; init; }
    public bool Tty { get; init; }
    /// <summary>Height and width.</summary>
    public IReadOnlyList<uint>? ConsoleSize { get; init; }
}

/// <summary>GET /exec/{id}/json.</summary>
internal sealed record ExecDetails
{
    public required string ID { get; init; }
    public required bool Running { get; init; }
    public required int? ExitCode { get; init; }
    public required ExecProcess ProcessConfig { get; init; }
    public required bool OpenStdin { get; init; }
    public required bool OpenStderr { get; init; }
    public required bool OpenStdout { get; init; }
    public required bool CanRemove { get; init; }
    public required string ContainerID { get; init; }
    public required string DetachKeys { get; init; }
    public required int Pid { get; init; }
}

internal sealed record ExecProcess
{
    public required bool tty { get; init; }
    public required string entrypoint { get; init; }
    public required IReadOnlyList<string> arguments { get; init; }
    public required bool privileged { get; init; }
    [OmitEmpty] public string? user { get; init; }
}
