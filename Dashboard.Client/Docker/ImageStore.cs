using Dashboard.Client.Streaming;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Dashboard.Client.Docker;

/// <summary>
/// All images of an endpoint, kept up to date by its events while somebody looks. Level-triggered: any event that could
/// concern images makes the whole list be read again, which is one cheap request.
/// </summary>
public sealed class ImageStore : IAsyncDisposable
{
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan s_staleness = TimeSpan.FromSeconds(60);
    private readonly IDockerClient client;
    private readonly EventFeed events;
    private readonly TimeProvider clock;
    private readonly DemandLoop loop;
    private readonly Lock gate = new();
    private TaskCompletionSource dirty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, ImageItem> byId = [];

    public ImageStore(IDockerClient client, EventFeed events, ILogger<ImageStore> logger, TimeProvider clock)
    {
        this.client = client;
        this.events = events;
        this.clock = clock;
        loop = new DemandLoop(Changed, RunAsync, logger, clock);
    }

    /// <summary>Raised after <see cref="Items"/>, <see cref="Loaded"/> or <see cref="Failure"/> changed. Subscribing keeps the store alive.</summary>
    public ChangeSignal Changed { get; } = new();

    /// <summary>Newest first. The list is replaced, never modified; unchanged images keep their item.</summary>
    public IReadOnlyList<ImageItem> Items { get; private set; } = [];

    public bool Loaded { get; private set; }

    /// <summary>Why the engine cannot be reached at this moment; the items are then the last known.</summary>
    public string? Failure => loop.Failure;

    /// <summary>By id, with or without its algorithm, by the beginning of an id of at least 4 digits, or by name.</summary>
    public ImageItem? FindReference(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var items = byId;
        if (items.GetValueOrDefault(reference) is { } exact)
            return exact;
        var named = reference.LastIndexOf(':') > reference.LastIndexOf('/') ? reference : reference + ":latest";
        return items.Values.FirstOrDefault(item => item.Tags.Contains(named))
            ?? (reference.Length >= 4 ? items.Values.FirstOrDefault(item => item.Id[(item.Id.IndexOf(':') + 1)..].StartsWith(reference, StringComparison.Ordinal)) : null);
    }

    public void RetryNow() => loop.RetryNow();

    public ValueTask DisposeAsync() => loop.DisposeAsync();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var listening = events.Listen(OnEvent, MarkDirty);
        while (true)
        {
            Task changed;
            lock (gate)
            {
                dirty = new(TaskCreationOptions.RunContinuationsAsynchronously);
                changed = dirty.Task;
            }
            var list = await client.Images.ListImagesAsync(new ImagesListParameters(), cancellationToken);
            loop.Works();
            Publish([.. list.Select(ImageItem.From)]);
            await WaitAsync(changed, cancellationToken);
        }
    }

    // A commit is told as an event of its container, and the last container of an image that was removed by force takes it along.
    private void OnEvent(Message message)
    {
        if (message.Type == "image" || (message.Type == "container" && message.Action is "commit" or "destroy"))
            MarkDirty();
    }

    private void MarkDirty()
    {
        lock (gate)
            dirty.TrySetResult();
    }

    private async Task WaitAsync(Task changed, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(s_staleness, clock, cancellationToken);
            await Task.Delay(s_gather, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Whatever an engine did without an event is found now.
        }
    }

    private void Publish(List<ImageItem> items)
    {
        var next = new Dictionary<string, ImageItem>();
        foreach (var item in items)
            next[item.Id] = byId.TryGetValue(item.Id, out var before) && before == item ? before : item;
        var same = Loaded && next.Count == byId.Count && next.All(each => ReferenceEquals(byId.GetValueOrDefault(each.Key), each.Value));
        if (same)
            return;
        byId = next;
        Items = [.. next.Values.OrderByDescending(item => item.Created).ThenBy(item => item.Name, StringComparer.Ordinal)];
        Loaded = true;
        Changed.Raise();
    }
}
