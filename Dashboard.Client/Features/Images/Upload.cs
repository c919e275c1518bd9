namespace Dashboard.Client.Features.Images;

/// <summary>A tar on its way from this browser into the engine. One immutable value, replaced as a whole.</summary>
public sealed record Upload
{
    /// <summary>Random; names the upload to the server.</summary>
    public required string Id { get; init; }
    /// <summary>The script's number of the chosen file, which it keeps for another attempt.</summary>
    public required int File { get; init; }
    public required string FileName { get; init; }
    /// <summary>Bytes.</summary>
    public required long Size { get; init; }
    public long Sent { get; init; }
    /// <summary>The name that a root file system is imported under; null when it is loaded as it is.</summary>
    public string? ImportAs { get; init; }
    public UploadState State { get; init; }
    public IReadOnlyList<string> Loaded { get; init; } = [];
    /// <summary>The engine's words, or what the way to it says.</summary>
    public string? Error { get; init; }

    public bool IsRunning => State is UploadState.Sending or UploadState.Unpacking;

    public int Percent => Size > 0 ? (int)Math.Min(100, Sent * 100 / Size) : 0;

    internal Upload With(UploadAnswer answer) => answer.Error is { } error
        ? this with { State = UploadState.Failed, Error = error, Loaded = answer.Loaded }
        : this with { State = UploadState.Done, Sent = Size, Loaded = answer.Loaded };
}
