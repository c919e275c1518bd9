namespace Dashboard.Engine.Api.Wire;

/// <summary>A line of GET /events. The first three are for clients from before API 1.22.</summary>
internal sealed record EventMessage
{
    [OmitEmpty] public string? status { get; init; }
    [OmitEmpty] public string? id { get; init; }
    [OmitEmpty] public string? from { get; init; }
    public required string Type { get; init; }
    public required string Action { get; init; }
    public required EventActor Actor { get; init; }
    [OmitEmpty] public string? scope { get; init; }
    [OmitEmpty] public long time { get; init; }
    [OmitEmpty] public long timeNano { get; init; }
}

internal sealed record EventActor(string ID, IReadOnlyDictionary<string, string> Attributes);
