using Dashboard.Client.Streaming;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Dashboard.Client.Docker;

/// <summary>
/// All containers of an endpoint, kept up to date by its events while somebody looks. Level-triggered: an event only says
/// which container to read again, so neither a lost nor a doubled event can leave a wrong row.
/// </summary>
public sealed class ContainerStore : IAsyncDisposable
{
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_staleness = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_youngest = TimeSpan.FromSeconds(2);
    // Above this many, one list of all is cheaper than a filter.
    private const int ManyDirty = 50;
    private readonly IDockerClient client;
    private readonly EventFeed events;
    private readonly TimeProvider clock;
    private readonly DemandLoop loop;
    private readonly Lock gate = new();
    private readonly HashSet<string> dirty = [];
    private bool allDirty;
    private TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, ContainerItem> byId = [];

    public ContainerStore(IDockerClient client, EventFeed events, ILogger<ContainerStore> logger, TimeProvider clock)
    {
        this.client = client;
        this.events = events;
        this.clock = clock;
        loop = new DemandLoop(Changed, RunAsync, logger, clock);
    }

    /// <summary>Raised after <see cref="Items"/>, <see cref="Loaded"/> or <see cref="Failure"/> changed. Subscribing keeps the store alive.</summary>
    public ChangeSignal Changed { get; } = new();

    /// <summary>Newest first. The list is replaced, never modified; unchanged containers keep their item.</summary>
    public IReadOnlyList<ContainerItem> Items { get; private set; } = [];

    public bool Loaded { get; private set; }

    /// <summary>Why the engine cannot be reached at this moment; the items are then the last known.</summary>
    public string? Failure => loop.Failure;

    public ContainerItem? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>By id, by the beginning of an id of at least 4 characters, or by name.</summary>
    public ContainerItem? FindReference(string reference)
    {
        var items = byId;
        return items.GetValueOrDefault(reference)
            ?? items.Values.FirstOrDefault(item => item.Name == reference)
            ?? (reference.Length >= 4 ? items.Values.FirstOrDefault(item => item.Id.StartsWith(reference, StringComparison.Ordinal)) : null);
    }

    public void RetryNow() => loop.RetryNow();

    public ValueTask DisposeAsync() => loop.DisposeAsync();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var listening = events.Listen(OnEvent, OnConnected);
        lock (gate)
            allDirty = true;
        while (true)
        {
            var (all, ids) = Take();
            if (all || ids.Count > ManyDirty)
                Publish((await ListAsync(null, cancellationToken)).ToDictionary(item => item.Id));
            else if (ids.Count > 0)
                Publish(Merge(ids, await ListAsync(ids, cancellationToken)));
            loop.Works();
            await WaitForDirtyAsync(cancellationToken);
        }
    }

    private void OnConnected()
    {
        lock (gate)
            allDirty = true;
        wake.TrySetResult();
    }

    private void OnEvent(Message message)
    {
        // An exec changes nothing that a row shows, and health checks make many of them.
        if (message.Type != "container" || message.Actor?.ID is not { } id || message.Action.StartsWith("exec_", StringComparison.Ordinal))
            return;
        lock (gate)
            dirty.Add(id);
        wake.TrySetResult();
    }

    private (bool All, List<string> Ids) Take()
    {
        lock (gate)
        {
            wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var taken = (allDirty, dirty.ToList());
            allDirty = false;
            dirty.Clear();
            return taken;
        }
    }

    private async Task WaitForDirtyAsync(CancellationToken cancellationToken)
    {
        Task woken;
        lock (gate)
            woken = allDirty || dirty.Count > 0 ? Task.CompletedTask : wake.Task;
        // "Up 5 minutes" goes stale without any event, "Up 5 seconds" soon; the list of all is cheap and repairs whatever else
        // could be wrong.
        var fresh = Items.Any(item => item.IsRunning && item.Status.Contains("second", StringComparison.Ordinal));
        try
        {
            await woken.WaitAsync(fresh ? s_youngest : s_staleness, clock, cancellationToken);
            await Task.Delay(s_gather, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            lock (gate)
                allDirty = true;
        }
    }

    private async Task<IReadOnlyList<ContainerItem>> ListAsync(List<string>? ids, CancellationToken cancellationToken)
    {
        var parameters = new ContainersListParameters { All = true };
        if (ids is not null)
            parameters.Filters = new Dictionary<string, IDictionary<string, bool>> { ["id"] = ids.ToDictionary(id => id, _ => true) };
        var list = await client.Containers.ListContainersAsync(parameters, cancellationToken);
        return [.. list.Select(ContainerItem.From)];
    }

    private Dictionary<string, ContainerItem> Merge(List<string> ids, IReadOnlyList<ContainerItem> read)
    {
        var merged = new Dictionary<string, ContainerItem>(byId);
        foreach (var id in ids)
            merged.Remove(id);
        foreach (var item in read)
            merged[item.Id] = item;
        return merged;
    }

    private void Publish(Dictionary<string, ContainerItem> items)
    {
        // An equal item keeps its identity, so that a row can tell by reference that it need not render.
        foreach (var (id, item) in items.ToList())
        {
            if (byId.TryGetValue(id, out var before) && before == item)
                items[id] = before;
        }
        byId = items;
        Items = [.. items.Values.OrderByDescending(item => item.Created).ThenBy(item => item.Name, StringComparer.Ordinal)];
        Loaded = true;
        Changed.Raise();
    }
}
