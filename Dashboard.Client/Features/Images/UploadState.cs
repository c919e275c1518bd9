namespace Dashboard.Client.Features.Images;

public enum UploadState
{
    Sending,
    /// <summary>All bytes are on their way; the engine has not answered.</summary>
    Unpacking,
    Done,
    Failed,
    Cancelled,
}
