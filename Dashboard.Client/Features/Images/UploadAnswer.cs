namespace Dashboard.Client.Features.Images;

/// <summary>What became of an upload: what was loaded, by name or id, or the engine's words for why not.</summary>
public sealed record UploadAnswer(IReadOnlyList<string> Loaded, string? Error)
{
    public static UploadAnswer Failed(string error) => new([], error);
}
