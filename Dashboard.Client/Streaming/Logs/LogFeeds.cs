using Dashboard.Client.Docker;
using Docker.DotNet;
using Microsoft.Extensions.Logging;

namespace Dashboard.Client.Streaming.Logs;

/// <summary>The log feeds of an endpoint, one for all who look at a container and want it to begin alike.</summary>
public sealed class LogFeeds(IDockerClient client, ContainerStore containers, ILogger<LogFeed> logger, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Container, int Tail), LogFeed> feeds = [];

    /// <summary>Feeds that are kept: those in use, and until the next call of <see cref="Of"/> some that were.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return feeds.Count;
        }
    }

    /// <param name="tail">Lines from before the feed began; see <see cref="LogFeed"/>.</param>
    public LogFeed Of(string containerId, int tail = LogFeed.DefaultTail)
    {
        var wanted = (containerId, tail);
        lock (gate)
        {
            // A feed that nobody follows holds nothing; whoever still has it can start it again.
            foreach (var idle in feeds.Where(each => !each.Value.IsRunning && each.Key != wanted).Select(each => each.Key).ToList())
                feeds.Remove(idle);
            if (!feeds.TryGetValue(wanted, out var feed))
                feeds[wanted] = feed = new LogFeed(containerId, tail, client, containers, logger, clock);
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
