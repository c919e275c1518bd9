using System.Threading.Channels;

namespace Dashboard.Tests.Shared.FakeDocker;

/// <summary>The events of a fake engine, kept for who asks since a time, and told to who listens.</summary>
internal sealed class FakeEvents
{
    private readonly Lock _gate = new();
    private readonly List<Event> _past = [];
    private readonly List<Channel<Event>> _listeners = [];

    public sealed record Event(string Type, string Action, string Id, long Time);

    public int Listeners
    {
        get
        {
            lock (_gate) return _listeners.Count;
        }
    }

    public void Add(Event happened)
    {
        lock (_gate)
        {
            _past.Add(happened);
            foreach (var listener in _listeners) listener.Writer.TryWrite(happened);
        }
    }

    public ChannelReader<Event> Listen(long? since)
    {
        var channel = Channel.CreateUnbounded<Event>();
        lock (_gate)
        {
            foreach (var happened in _past.Where(each => each.Time >= since)) channel.Writer.TryWrite(happened);
            _listeners.Add(channel);
        }
        return channel.Reader;
    }

    public void Leave(ChannelReader<Event> reader)
    {
        lock (_gate) _listeners.RemoveAll(listener => listener.Reader == reader);
    }
}
