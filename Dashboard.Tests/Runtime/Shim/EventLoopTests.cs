using Dashboard.Linux;
using Dashboard.Runtime.Shim;

namespace Dashboard.Tests.Runtime.Shim;

public sealed class EventLoopTests
{
    [Fact]
    public void Run_NumberIsReusedWithinABatch_NewOwnerIsNotToldOfTheOldOnesEvent()
    {
        var loop = new EventLoop();
        var (first, second, quiet) = (new Pipe(), new Pipe(), new Pipe());
        Watched? successor = null;
        // Whichever is told first closes the other, and its number goes to a pipe in which there is nothing.
        void Replace(Watched victim)
        {
            loop.Forget(victim);
            Unistd.dup3(quiet.Read, victim.Fd, Fcntl.O_CLOEXEC);
            successor = new Watched(victim.Fd);
            loop.Watch(successor, Epoll.EPOLLIN);
            loop.Afterwards(loop.Stop);
        }
        var (a, b) = (new Watched(first.Read), new Watched(second.Read));
        (a.Told, b.Told) = (() => Replace(b), () => Replace(a));
        first.Put();
        second.Put();
        loop.Watch(a, Epoll.EPOLLIN);
        loop.Watch(b, Epoll.EPOLLIN);

        loop.Run();

        Assert.Equal((1, 0), (a.Count + b.Count, successor!.Count));
        foreach (var pipe in new[] { first, second, quiet }) pipe.Close();
    }

    [Fact]
    public void Run_ItemIsChangedWithinABatch_IsStillTold()
    {
        var loop = new EventLoop();
        var (first, second) = (new Pipe(), new Pipe());
        var (a, b) = (new Watched(first.Read), new Watched(second.Read));
        void Change(Watched other)
        {
            loop.Watch(other, Epoll.EPOLLIN | Epoll.EPOLLPRI);
            loop.Afterwards(loop.Stop);
        }
        (a.Told, b.Told) = (() => Change(b), () => Change(a));
        first.Put();
        second.Put();
        loop.Watch(a, Epoll.EPOLLIN);
        loop.Watch(b, Epoll.EPOLLIN);

        loop.Run();

        Assert.Equal((1, 1), (a.Count, b.Count));
        first.Close();
        second.Close();
    }

    private sealed class Watched(int fd) : IWatched
    {
        public int Fd { get; } = fd;
        public Action? Told { get; set; }
        public int Count { get; private set; }

        public void Ready(uint events)
        {
            Count++;
            Told?.Invoke();
        }
    }

    private sealed unsafe class Pipe
    {
        public Pipe()
        {
            var fds = stackalloc int[2];
            Assert.Equal(0, Unistd.pipe2(fds, Fcntl.O_CLOEXEC));
            (Read, Write) = (fds[0], fds[1]);
        }

        public int Read { get; }
        private int Write { get; }

        public void Put()
        {
            byte one = 1;
            Assert.Equal(1, Unistd.write(Write, &one, 1));
        }

        public void Close()
        {
            Unistd.close(Read);
            Unistd.close(Write);
        }
    }
}
