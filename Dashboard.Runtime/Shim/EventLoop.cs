using Dashboard.Linux;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Shim;

/// <summary>Something with an fd that the loop watches.</summary>
internal interface IWatched
{
    int Fd { get; }
    void Ready(uint events);
}

/// <summary>One thread, one epoll (epoll(7)), level-triggered; nothing that it calls may block.</summary>
internal sealed unsafe class EventLoop
{
    private const int Batch = 64;

    private readonly int epoll = Epoll.epoll_create1(Epoll.EPOLL_CLOEXEC);
    private readonly Dictionary<int, Entry> watched = [];
    private uint generation;
    private readonly List<Action> afterwards = [];
    private long deadline;
    private Action? later;

    /// <param name="Generation">Tells the owner of an fd from the one before it: the kernel gives out closed numbers again.</param>
    private readonly record struct Entry(IWatched Item, uint Events, uint Generation)
    {
        public long Token => (long)Generation << 32 | (uint)Item.Fd;
    }

    public bool Stopped { get; private set; }

    /// <summary>Starts, changes or (0) suspends the watching of an fd. Hang-ups are always told while it is watched.</summary>
    public void Watch(IWatched item, uint events)
    {
        var known = watched.TryGetValue(item.Fd, out var current);
        if (known && current.Events == events)
            return;
        var wanted = new Entry(item, events, known ? current.Generation : ++generation);
        var buffer = stackalloc byte[16];
        *(uint*)buffer = events;
        *(long*)(buffer + Epoll.EventSize - 8) = wanted.Token;
        var operation = !known ? Epoll.EPOLL_CTL_ADD : Epoll.EPOLL_CTL_MOD;
        if (Epoll.epoll_ctl(epoll, operation, item.Fd, buffer) != 0)
            throw new LaunchException($"epoll_ctl: {Errno.Text(Errno.Last)}");
        watched[item.Fd] = wanted;
    }

    /// <summary>Before the fd is closed.</summary>
    public void Forget(IWatched item)
    {
        if (watched.Remove(item.Fd))
            _ = Epoll.epoll_ctl(epoll, Epoll.EPOLL_CTL_DEL, item.Fd, null);
    }

    /// <summary>Runs when the current batch of events is done: for what would pull the ground from under a handler.</summary>
    public void Afterwards(Action action) => afterwards.Add(action);

    /// <summary>Runs once, after this long; a second call takes the place of the first.</summary>
    public void Later(int milliseconds, Action action) => (deadline, later) = (Environment.TickCount64 + milliseconds, action);

    public void Stop() => Stopped = true;

    public void Run()
    {
        var events = stackalloc byte[Batch * 16];
        while (!Stopped)
        {
            var count = Epoll.epoll_wait(epoll, events, Batch, later is null ? -1 : (int)Math.Max(0, deadline - Environment.TickCount64));
            if (count < 0 && Errno.Last != Errno.EINTR)
                throw new LaunchException($"epoll_wait: {Errno.Text(Errno.Last)}");
            for (var i = 0; i < count; i++)
            {
                var item = events + i * Epoll.EventSize;
                var token = *(long*)(item + Epoll.EventSize - 8);
                // Gone already, or somebody else's number, when a handler of this very batch closed it.
                if (watched.TryGetValue((int)token, out var entry) && entry.Token == token)
                    entry.Item.Ready(*(uint*)item);
            }
            for (var i = 0; i < afterwards.Count; i++)
                afterwards[i]();
            afterwards.Clear();
            if (later is { } due && Environment.TickCount64 >= deadline)
            {
                later = null;
                due();
            }
        }
    }
}
