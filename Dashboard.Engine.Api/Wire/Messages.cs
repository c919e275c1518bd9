namespace Dashboard.Engine.Api.Wire;

internal sealed record ErrorMessage(string message);

internal sealed record IdResponse(string Id);

internal sealed record CreateResponse(string Id, IReadOnlyList<string> Warnings);

internal sealed record UpdateResponse(IReadOnlyList<string>? Warnings);

internal sealed record WaitResponse(int StatusCode, [property: OmitEmpty] WaitError? Error);

internal sealed record WaitError(string Message);

internal sealed record TopResponse(IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<string>> Processes);

internal sealed record ContainersPruned(IReadOnlyList<string>? ContainersDeleted, long SpaceReclaimed);

internal sealed record NetworksPruned(IReadOnlyList<string>? NetworksDeleted);

/// <summary>One line of load, import, pull and push (moby, pkg/jsonmessage).</summary>
internal sealed record ProgressLine
{
    [OmitEmpty] public string? stream { get; init; }
    [OmitEmpty] public string? status { get; init; }
    [OmitEmpty] public ProgressDetail? progressDetail { get; init; }
    /// <summary>The bar as old clients print it.</summary>
    [OmitEmpty] public string? progress { get; init; }
    [OmitEmpty] public string? id { get; init; }
    [OmitEmpty] public ErrorMessage? errorDetail { get; init; }
    [OmitEmpty] public string? error { get; init; }
    /// <summary>For programs.</summary>
    [OmitEmpty] public PushedMessage? aux { get; init; }

    public static ProgressLine Failure(string message) => new() { errorDetail = new ErrorMessage(message), error = message };
}

internal sealed record ProgressDetail([property: OmitEmpty] long current, [property: OmitEmpty] long total);
