namespace Dashboard.Engine.Images.Snapshots;

/// <summary>A layer that is being unpacked under a temporary name; removed when it is disposed before it was committed.</summary>
internal sealed class LayerDraft(string root) : IDisposable
{
    public string Root { get; } = root;
    public string Directory => Path.Combine(Root, "fs");
    public string Trash => Path.Combine(Root, "trash");

    /// <summary>Set by <see cref="LayerStore.BeginLayer"/>: how a draft goes away.</summary>
    public required Action<LayerDraft> OnDispose { get; init; }

    public void Dispose() => OnDispose(this);
}
