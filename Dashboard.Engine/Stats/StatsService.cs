using Dashboard.Engine.Containers;
using Dashboard.Linux.Cgroups;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Stats;

/// <summary>Reads cgroups on demand; the stream of all containers is <see cref="StatsSampler"/>'s.</summary>
public sealed class StatsService : IStatsService, IAsyncDisposable
{
    private readonly EngineOptions options;
    private readonly IContainerService containers;
    private readonly TimeProvider clock;
    private readonly CgroupLayout layout = CgroupLayout.Detect();
    private readonly ulong hostMemory = HostCounters.Memory();
    private readonly StatsSampler sampler;

    public StatsService(EngineOptions options, IContainerService containers, TimeProvider clock, ILogger<StatsService> logger)
    {
        (this.options, this.containers, this.clock) = (options, containers, clock);
        sampler = new StatsSampler(containers.List, ReadOne, HostCounters.SystemCpu, clock, logger);
    }

    public ContainerStats Read(string containerReference) => ReadOne(containers.Get(containerReference), HostCounters.SystemCpu());

    public IAsyncEnumerable<IReadOnlyList<ContainerStats>> StreamAllAsync(CancellationToken cancellationToken) => sampler.ListenAsync(cancellationToken);

    public ValueTask DisposeAsync() => sampler.DisposeAsync();

    private ContainerStats ReadOne(Container container, ulong systemCpu)
    {
        var stats = new ContainerStats { ContainerId = container.Id, Name = container.Name, Read = clock.GetUtcNow() };
        if (!container.State.IsRunning)
            return stats;
        stats = stats with
        {
            SystemCpu = systemCpu,
            OnlineCpus = Environment.ProcessorCount,
            // With the host's network these would be the host's counters.
            Networks = container.HostConfig.NetworkMode == "host" ? [] : HostCounters.Interfaces(container.State.Pid),
        };
        return new CgroupReader(layout, options.ContainerCgroup(container.Id, container.HostConfig.CgroupParent)).Fill(stats, hostMemory);
    }
}
