using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Client.Connections;
using Dashboard.Client.Streaming;
using Dashboard.Server.Auth;
using Microsoft.AspNetCore.SignalR;

namespace Dashboard.Server.Hubs;

/// <summary>
/// What the live hubs share. They serve the feeds that the pages watch to other front ends, as streams of the hub protocol:
/// a stream ends with its invocation's cancellation, its connection, or the sign-out of its user. A client that is slow
/// is sent the newest state and told what it missed; nothing is queued for it.
/// </summary>
public abstract class FeedHub(DockerConnections connections, IServiceProvider services) : Hub
{
    /// <summary>The shortest time between two messages of one stream.</summary>
    protected static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <param name="endpoint">An endpoint's id; null is the first.</param>
    /// <exception cref="HubException">There is none such.</exception>
    protected DockerConnection Connection(string? endpoint) =>
        connections.Find(endpoint) ?? throw new HubException(endpoint is null ? connections.WhyNone : $"There is no endpoint {endpoint}.");

    /// <summary>Yields at once, and then whenever a signal was raised since; one raise or a thousand cost one turn.</summary>
    protected async IAsyncEnumerable<bool> TurnsAsync(ChangeSignal signal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var session = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, services.GetRequiredService<ISessionEnd>().For(Context.User!), Context.ConnectionAborted);
        var clock = services.GetRequiredService<TimeProvider>();
        var raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        using var subscription = signal.Subscribe(() => raised.Writer.TryWrite(true));
        raised.Writer.TryWrite(true);
        while (await NextAsync(raised.Reader, session.Token))
        {
            yield return true;
            if (!await PausedAsync(clock, session.Token))
                yield break;
        }
    }

    // However a stream ends, for its client it is the end and not an error.
    private static async Task<bool> NextAsync(ChannelReader<bool> raised, CancellationToken cancellationToken)
    {
        try
        {
            return await raised.ReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> PausedAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Pace, clock, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
