using System.Runtime.CompilerServices;
using Dashboard.Client.Connections;
using Dashboard.Client.Streaming;

namespace Dashboard.Server.Hubs;

/// <summary>/hubs/stats</summary>
public sealed class StatsHub(DockerConnections connections, IServiceProvider services) : FeedHub(connections, services)
{
    /// <summary>What every running container uses, once a second, by full id.</summary>
    /// <exception cref="Microsoft.AspNetCore.SignalR.HubException">No such endpoint.</exception>
    public async IAsyncEnumerable<IReadOnlyDictionary<string, ContainerSample>> Follow(string? endpoint, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = Connection(endpoint);
        using var containers = connection.Containers.Changed.Subscribe(() => { });
        await foreach (var _ in TurnsAsync(connection.Stats.Ticked, cancellationToken))
        {
            var samples = new Dictionary<string, ContainerSample>();
            foreach (var item in connection.Containers.Items)
            {
                if (connection.Stats.Latest(item.Id) is { } sample)
                    samples[item.Id] = sample;
            }
            if (samples.Count > 0)
                yield return samples;
        }
    }
}
