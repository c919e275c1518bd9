using System.Runtime.CompilerServices;
using Dashboard.Client.Connections;
using Dashboard.Client.Streaming;
using Docker.DotNet.Models;

namespace Dashboard.Server.Hubs;

/// <summary>/hubs/events</summary>
public sealed class EventHub(DockerConnections connections, IServiceProvider services) : FeedHub(connections, services)
{
    private const int Kept = 1_000;

    /// <summary>The engine's events from now on, in order, in bundles.</summary>
    /// <exception cref="Microsoft.AspNetCore.SignalR.HubException">No such endpoint.</exception>
    public async IAsyncEnumerable<EventBundle> Follow(string? endpoint, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = Connection(endpoint);
        var gate = new Lock();
        var waiting = new Queue<Message>();
        var dropped = 0L;
        var arrived = new ChangeSignal();
        using var listening = connection.Events.Listen(
            message =>
            {
                lock (gate)
                {
                    waiting.Enqueue(message);
                    if (waiting.Count > Kept)
                    {
                        waiting.Dequeue();
                        dropped++;
                    }
                }
                arrived.Raise();
            },
            () => { });
        await foreach (var _ in TurnsAsync(arrived, cancellationToken))
        {
            EventBundle bundle;
            lock (gate)
            {
                bundle = new EventBundle([.. waiting], dropped);
                waiting.Clear();
                dropped = 0;
            }
            if (bundle.Events.Count > 0)
                yield return bundle;
        }
    }
}
