using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Dashboard.Client.Connections;
using Dashboard.Client.Streaming.Logs;
using Microsoft.AspNetCore.SignalR;

namespace Dashboard.Server.Hubs;

/// <summary>/hubs/logs</summary>
public sealed partial class LogHub(DockerConnections connections, IServiceProvider services) : FeedHub(connections, services)
{
    /// <summary>A container's log: the last lines, then those that come. It goes on when the container starts again.</summary>
    /// <param name="container">A full id or a name.</param>
    /// <param name="tail">Lines from before, 0 to 10,000.</param>
    /// <exception cref="HubException">No such endpoint or container.</exception>
    public async IAsyncEnumerable<LogMessage> Follow(string? endpoint, string container, int tail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = Connection(endpoint);
        // It becomes a part of a path on the engine.
        if (!ContainerName().IsMatch(container))
            throw new HubException($"{container} is no container's name or id.");
        var feed = connection.Logs.Of(container, Math.Clamp(tail, 0, LogRing.MaximumLines));
        var next = 0L;
        await foreach (var _ in TurnsAsync(feed.Changed, cancellationToken))
        {
            var (first, end, _) = feed.Ring.Range;
            // The feed began anew when nobody else was looking.
            next = next > end ? first : next;
            var skipped = Math.Max(0, first - next);
            var lines = feed.Ring.Read(Math.Max(first, next), end);
            next = end;
            if (lines.Count > 0 || skipped > 0 || feed.Failure is not null)
                yield return new LogMessage([.. lines.Select(line => new LogMessageLine(line.Written, line.Stream == LogStream.Error, line.Text))], skipped, feed.Failure);
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$")]
    private static partial Regex ContainerName();
}
