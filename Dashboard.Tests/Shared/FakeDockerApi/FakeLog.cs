using System.Threading.Channels;

namespace Dashboard.Tests.Shared.FakeDocker;

/// <summary>What a fake container has written, with its times; followers get what comes after without a gap.</summary>
internal sealed class FakeLog
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly List<Channel<Entry>> _followers = [];
    private long _time = DateTimeOffset.UnixEpoch.AddYears(56).ToUnixTimeSeconds() * 1_000_000_000;

    public sealed record Entry(long Time, bool Error, byte[] Text);

    public int Followers
    {
        get
        {
            lock (_gate) return _followers.Count;
        }
    }

    public void Write(string line, bool error = false) => Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"), error);

    /// <param name="step">Nanoseconds since the entry before; 0 and less make times that are equal or out of order.</param>
    public void Write(byte[] text, bool error = false, long step = 1_000_000)
    {
        lock (_gate)
        {
            _time += step;
            var entry = new Entry(_time, error, text);
            _entries.Add(entry);
            foreach (var follower in _followers) follower.Writer.TryWrite(entry);
        }
    }

    /// <summary>Lets go of what was written, as a rotated log does.</summary>
    public void Forget()
    {
        lock (_gate) _entries.Clear();
    }

    /// <summary>What the container writes ends, as when it stops.</summary>
    public void End()
    {
        lock (_gate)
        {
            foreach (var follower in _followers) follower.Writer.TryComplete();
            _followers.Clear();
        }
    }

    public (IReadOnlyList<Entry> Past, ChannelReader<Entry>? Following) Read(int? tail, long since, bool follow)
    {
        lock (_gate)
        {
            var past = _entries.Where(entry => entry.Time >= since).ToList();
            if (tail is { } count && past.Count > count) past = past[^count..];
            if (!follow) return (past, null);
            var channel = Channel.CreateUnbounded<Entry>();
            _followers.Add(channel);
            return (past, channel.Reader);
        }
    }

    public void Leave(ChannelReader<Entry> reader)
    {
        lock (_gate) _followers.RemoveAll(follower => follower.Reader == reader);
    }
}
