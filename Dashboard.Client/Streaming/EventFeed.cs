using System.Globalization;
using System.Text.Json;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Dashboard.Client.Streaming;

/// <summary>
/// The endpoint's event stream, opened once for all who listen. After an interruption it asks for what happened since the
/// last event that it saw; listeners are told of each connection, for a foreign engine may have forgotten.
/// </summary>
public sealed class EventFeed : IAsyncDisposable
{
    private const int Kept = 200;
    private readonly HttpClient http;
    private readonly DemandLoop loop;
    private readonly ChangeSignal demand = new();
    private readonly Lock gate = new();
    private readonly Queue<Message> recent = new();
    private Listener[] listeners = [];
    private long lastNano;

    public EventFeed(HttpClient http, ILogger<EventFeed> logger, TimeProvider clock)
    {
        this.http = http;
        loop = new DemandLoop(demand, RunAsync, logger, clock);
    }

    public int Listeners => listeners.Length;

    /// <summary>The last events while the feed ran, oldest first.</summary>
    public IReadOnlyList<Message> Recent
    {
        get
        {
            lock (gate)
                return [.. recent];
        }
    }

    /// <param name="onEvent">Called for each event in order, on the feed's thread: be short, do not throw.</param>
    /// <param name="onConnected">Called when the stream is open, before any of its events; events between two connections may be lost.</param>
    public IDisposable Listen(Action<Message> onEvent, Action onConnected)
    {
        var listener = new Listener(onEvent, onConnected);
        lock (gate)
            listeners = [.. listeners, listener];
        var running = loop.IsRunning;
        listener.Demand = demand.Subscribe(() => { });
        listener.Removed = () =>
        {
            lock (gate)
                listeners = [.. listeners.Where(each => each != listener)];
        };
        if (running)
            onConnected();
        return listener;
    }

    public ValueTask DisposeAsync() => loop.DisposeAsync();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var since = lastNano > 0 ? string.Create(CultureInfo.InvariantCulture, $"?since={lastNano / 1_000_000_000}.{lastNano % 1_000_000_000:D9}") : "";
        // Not through the library: it does not tell when the stream is open.
        using var response = await http.GetAsync("events" + since, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        loop.Works();
        foreach (var listener in listeners)
            listener.OnConnected();
        var replayedTo = lastNano;
        await foreach (var message in JsonSerializer.DeserializeAsyncEnumerable<Message>(stream, topLevelValues: true, cancellationToken: cancellationToken))
        {
            if (message is null || !Keep(message, replayedTo))
                continue;
            foreach (var listener in listeners)
                listener.OnEvent(message);
        }
    }

    // Engines answer "since" with the events of that instant too, and what happens at once may come in any order: only what
    // was seen is left out, never what is merely older.
    private bool Keep(Message message, long replayedTo)
    {
        lock (gate)
        {
            if (message.TimeNano <= replayedTo && recent.Any(seen => IsSame(seen, message)))
                return false;
            lastNano = Math.Max(lastNano, message.TimeNano ?? 0);
            recent.Enqueue(message);
            if (recent.Count > Kept)
                recent.Dequeue();
            return true;
        }
    }

    private static bool IsSame(Message one, Message other) =>
        one.TimeNano == other.TimeNano && one.Type == other.Type && one.Action == other.Action && one.Actor?.ID == other.Actor?.ID;

    private sealed record Listener(Action<Message> OnEvent, Action OnConnected) : IDisposable
    {
        public IDisposable? Demand { get; set; }
        public Action? Removed { get; set; }

        public void Dispose()
        {
            Removed?.Invoke();
            Demand?.Dispose();
        }
    }
}
