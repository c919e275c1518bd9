using Dashboard.Client.Docker;
using Docker.DotNet;
using Microsoft.Extensions.Logging;

namespace Dashboard.Client.Streaming.Logs;

/// <summary>The log feeds of an endpoint, one a container, however many look at it.</summary>
public sealed class LogFeeds(IDockerClient client, ContainerStore containers, ILogger<LogFeed> logger, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LogFeed> feeds = [];

    /// <summary>Feeds that are kept: those in use, and until the next call of <see cref="Of"/> some that were.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return feeds.Count;
        }
    }

    public LogFeed Of(string containerId)
    {
        lock (gate)
        {
            // A feed that nobody follows holds nothing; whoever still has it can start it again.
            foreach (var idle in feeds.Values.Where(feed => !feed.IsRunning && feed.ContainerId != containerId).ToList())
                feeds.Remove(idle.ContainerId);
            if (!feeds.TryGetValue(containerId, out var feed))
                feeds[containerId] = feed = new LogFeed(containerId, client, containers, logger, clock);
            return feed;
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<LogFeed> all;
        lock (gate)
            all = [.. feeds.Values];
        foreach (var feed in all)
            await feed.DisposeAsync();
    }
}
