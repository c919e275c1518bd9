using System.Collections.Concurrent;

namespace Dashboard.Client.Features.Images;

/// <summary>
/// Brings the engine's answer to the tab that uploads. A browser sends the rest of a file before it reads an answer, so a
/// refusal of the first bytes of 10 GB would come late or, when the connection is cut, never.
/// </summary>
public sealed class UploadAnswers
{
    private readonly ConcurrentDictionary<string, Action<UploadAnswer>> waiting = new(StringComparer.Ordinal);

    /// <summary>Calls back at most once, from any thread.</summary>
    /// <param name="upload">Names the upload; nobody else can guess it.</param>
    public void Expect(string upload, Action<UploadAnswer> callback) => waiting[upload] = callback;

    public void Forget(string upload) => waiting.TryRemove(upload, out _);

    /// <summary>Nothing happens when nobody waits.</summary>
    public void Give(string? upload, UploadAnswer answer)
    {
        if (upload is not null && waiting.TryRemove(upload, out var callback))
            callback(answer);
    }
}
