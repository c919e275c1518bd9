namespace Dashboard.Engine.Images.Registry;

/// <summary>
/// One line of what a pull or push reports, in Docker's words. With an <see cref="Id"/> and without <see cref="IsMessage"/> it is
/// the state of one layer, which takes the place of that layer's last one.
/// </summary>
/// <param name="Current">Bytes; 0 where there is no bar.</param>
/// <param name="Total">Bytes.</param>
public sealed record RegistryProgress(string Id, string Status, long Current = 0, long Total = 0)
{
    /// <summary>A line of its own: it has no bar and nothing replaces it.</summary>
    public bool IsMessage { get; init; }

    /// <summary>The result of a push, for programs.</summary>
    public PushedTag? Pushed { get; init; }

    public static RegistryProgress Message(string text, string id = "") => new(id, text) { IsMessage = true };
}

/// <param name="Size">Bytes of the manifest.</param>
public sealed record PushedTag(string Tag, string Digest, int Size);
