using System.Collections.Concurrent;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Networking.Dns;
using Dashboard.Linux;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Networking;

/// <summary>
/// The running containers' network namespaces: interfaces, names, resolvers. Changes of one container come one at a time (its
/// gate is held); those of different ones do not wait for each other.
/// </summary>
internal sealed class Sandboxes(ILogger logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Sandbox> sandboxes = new();
    private readonly NameDirectory names = new();
    private readonly Lock naming = new();

    private sealed class Sandbox(SandboxSpec spec)
    {
        private volatile SandboxSpec spec = spec;

        public SandboxSpec Spec { get => spec; set => spec = value; }
        public EmbeddedResolver? Resolver { get; set; }
    }

    public IEnumerable<SandboxSpec> All => sandboxes.Values.Select(sandbox => sandbox.Spec);

    public SandboxSpec? Find(string containerId) => sandboxes.GetValueOrDefault(containerId)?.Spec;

    public SandboxSpec Get(string containerId) => Running(containerId).Spec;

    /// <summary>The caller closes it when this fails.</summary>
    public async Task OpenAsync(SandboxSpec spec)
    {
        var sandbox = sandboxes[spec.ContainerId] = new Sandbox(spec);
        await InNamespaceAsync(spec, netns => SandboxWiring.OpenAsync(netns, spec.Endpoints));
        Name(spec.Endpoints);
        await ResolveAsync(sandbox);
    }

    /// <summary>Its interfaces are there; its resolver went with the last server.</summary>
    public async Task AdoptAsync(SandboxSpec spec)
    {
        var sandbox = sandboxes[spec.ContainerId] = new Sandbox(spec);
        Name(spec.Endpoints);
        await ResolveAsync(sandbox);
    }

    /// <summary>A server that dies in a connect or disconnect leaves an interface too many or too few in a container that goes on.</summary>
    /// <param name="others">Ids of endpoints that it would have on the networks that it is not on.</param>
    /// <returns>Something was put right.</returns>
    public async Task<bool> RepairAsync(string containerId, IEnumerable<string> others)
    {
        var spec = Get(containerId);
        var strays = others.Where(SandboxWiring.HasLink).ToList();
        var missing = spec.Endpoints.Where(endpoint => !SandboxWiring.HasLink(endpoint.Lease.EndpointId)).ToList();
        if (strays.Count + missing.Count == 0)
            return false;
        await InNamespaceAsync(spec, netns => SandboxWiring.RepairAsync(netns, strays, missing, spec.Endpoints));
        return true;
    }

    public async Task<string> NextInterfaceAsync(string containerId, string prefix)
    {
        var name = "";
        await InNamespaceAsync(Get(containerId), async netns => name = await SandboxWiring.FreeNameAsync(netns, prefix));
        return name;
    }

    public async Task JoinAsync(string containerId, SandboxEndpoint endpoint)
    {
        var sandbox = Running(containerId);
        sandbox.Spec = sandbox.Spec with { Endpoints = [.. sandbox.Spec.Endpoints, endpoint] };
        await InNamespaceAsync(sandbox.Spec, netns => SandboxWiring.JoinAsync(netns, endpoint, sandbox.Spec.Endpoints));
        Name([endpoint]);
        await ResolveAsync(sandbox);
    }

    /// <summary>False when it is not on that network.</summary>
    public async Task<bool> LeaveAsync(string containerId, string networkId)
    {
        if (!sandboxes.TryGetValue(containerId, out var sandbox) || sandbox.Spec.Endpoints.FirstOrDefault(each => each.Network.Id == networkId) is not { } leaving)
            return false;
        sandbox.Spec = sandbox.Spec with { Endpoints = [.. sandbox.Spec.Endpoints.Where(each => each != leaving)] };
        Name([leaving]);
        await InNamespaceAsync(sandbox.Spec, netns => SandboxWiring.LeaveAsync(netns, leaving, sandbox.Spec.Endpoints));
        return true;
    }

    public void Rename(string containerId, string name)
    {
        if (!sandboxes.TryGetValue(containerId, out var sandbox))
            return;
        sandbox.Spec = sandbox.Spec with { ContainerName = name };
        Name(sandbox.Spec.Endpoints);
    }

    /// <summary>Names and resolver go; the interfaces are the caller's to remove.</summary>
    /// <returns>What it was; null when it was closed before.</returns>
    public async Task<SandboxSpec?> CloseAsync(string containerId)
    {
        if (!sandboxes.TryRemove(containerId, out var sandbox))
            return null;
        Name(sandbox.Spec.Endpoints);
        // Its sockets would keep the namespace alive.
        if (sandbox.Resolver is { } resolver)
            await resolver.DisposeAsync();
        return sandbox.Spec;
    }

    /// <summary>Resolvers end; containers and their interfaces stay.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var sandbox in sandboxes.Values)
        {
            if (sandbox.Resolver is { } resolver)
                await resolver.DisposeAsync();
        }
    }

    private void Name(IReadOnlyList<SandboxEndpoint> endpoints)
    {
        lock (naming)
        {
            foreach (var network in endpoints.Select(endpoint => endpoint.Network).Where(network => !network.IsPredefined))
                names.Rebuild(network.Id, All);
        }
    }

    /// <summary>With the first user-defined network comes the resolver, and stays.</summary>
    private async Task ResolveAsync(Sandbox sandbox)
    {
        if (sandbox.Resolver is not null || sandbox.Spec.Endpoints.All(endpoint => endpoint.Network.IsPredefined))
            return;
        var server = new NameServer(names, () => sandbox.Spec.Endpoints, NamespaceThread.Open(sandbox.Spec.Pid), sandbox.Spec.Dns);
        try
        {
            await InNamespaceAsync(sandbox.Spec, async netns => sandbox.Resolver = await EmbeddedResolver.OpenAsync(netns, server, logger));
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private static async Task InNamespaceAsync(SandboxSpec sandbox, Func<int, Task> work)
    {
        var netns = NamespaceThread.Open(sandbox.Pid);
        try
        {
            await work(netns);
        }
        finally
        {
            Unistd.close(netns);
        }
    }

    private Sandbox Running(string containerId) =>
        sandboxes.TryGetValue(containerId, out var sandbox) ? sandbox : throw EngineException.Conflict($"container {containerId} is not running");
}
