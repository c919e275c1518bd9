using System.Collections.Concurrent;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Exec;

/// <summary>The execs of this process. Ended ones stay for inspection for a while and are swept when new ones are made.</summary>
internal sealed class ExecRegistry(TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);
    private const int SweepEvery = 64;

    private readonly ConcurrentDictionary<string, ExecInstance> instances = new();
    private int added;

    public void Add(ExecInstance instance)
    {
        instances[instance.State.Id] = instance;
        if (Interlocked.Increment(ref added) % SweepEvery == 0)
            Sweep();
    }

    /// <exception cref="EngineException">NotFound.</exception>
    public ExecInstance Get(string id) =>
        instances.TryGetValue(id, out var instance) ? instance : throw EngineException.NotFound($"No such exec instance: {id}");

    public ExecInstance? Find(string id) => instances.GetValueOrDefault(id);

    public void Remove(string id) => instances.TryRemove(id, out _);

    /// <summary>Those of one container, for its inspection: running or not yet started.</summary>
    public IReadOnlyList<string> Of(string containerId) =>
        [.. instances.Values.Where(instance => instance.State.ContainerId == containerId && instance.EndedAt is null).Select(instance => instance.State.Id)];

    /// <summary>The container's run is over: what was never started will not be.</summary>
    public void Ended(string containerId)
    {
        foreach (var instance in instances.Values)
        {
            if (instance.State.ContainerId == containerId && !instance.HasStarted)
                instances.TryRemove(instance.State.Id, out _);
        }
    }

    public void Forget(string containerId)
    {
        foreach (var instance in instances.Values)
        {
            if (instance.State.ContainerId == containerId)
                instances.TryRemove(instance.State.Id, out _);
        }
    }

    private void Sweep()
    {
        var limit = clock.GetUtcNow() - Kept;
        foreach (var instance in instances.Values)
        {
            if (instance.EndedAt < limit)
                instances.TryRemove(instance.State.Id, out _);
        }
    }
}
