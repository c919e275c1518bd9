using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Engine.Containers;
using Dashboard.Linux.Cgroups;

namespace Dashboard.Engine.Stats;

/// <summary>Reads cgroups on demand, and all of them once a second for as long as somebody listens: one reading for all listeners.</summary>
public sealed class StatsService(EngineOptions options, IContainerService containers, TimeProvider clock) : IStatsService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly CgroupLayout layout = CgroupLayout.Detect();
    private readonly ulong hostMemory = HostCounters.Memory();
    private readonly Lock gate = new();
    private readonly List<Channel<IReadOnlyList<ContainerStats>>> listeners = [];
    private bool sampling;

    public ContainerStats Read(string containerReference) => ReadOne(containers.Get(containerReference), HostCounters.SystemCpu());

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
        return new CgroupReader(layout, $"{options.CgroupParent}/{container.Id}").Fill(stats, hostMemory);
    }

    public async IAsyncEnumerable<IReadOnlyList<ContainerStats>> StreamAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A listener that is slow gets the newest reading; an old one is worth nothing.
        var channel = Channel.CreateBounded<IReadOnlyList<ContainerStats>>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        Add(channel);
        try
        {
            await foreach (var reading in channel.Reader.ReadAllAsync(cancellationToken))
                yield return reading;
        }
        finally
        {
            lock (gate)
                listeners.Remove(channel);
        }
    }

    private void Add(Channel<IReadOnlyList<ContainerStats>> channel)
    {
        lock (gate)
        {
            listeners.Add(channel);
            if (sampling)
                return;
            sampling = true;
        }
        _ = Task.Run(SampleAsync);
    }

    // Ends by itself with the last listener, so nobody has to stop it.
    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(Tick, clock);
        do
        {
            List<Channel<IReadOnlyList<ContainerStats>>> current;
            lock (gate)
            {
                if (listeners.Count == 0)
                {
                    sampling = false;
                    return;
                }
                current = [.. listeners];
            }
            var systemCpu = HostCounters.SystemCpu();
            IReadOnlyList<ContainerStats> reading = [.. containers.List().Where(container => container.State.IsRunning).Select(container => ReadOne(container, systemCpu))];
            foreach (var channel in current)
                channel.Writer.TryWrite(reading);
        }
        while (await timer.WaitForNextTickAsync());
    }
}
