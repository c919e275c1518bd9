using Dashboard.Engine.Errors;
using Dashboard.Linux;

namespace Dashboard.Engine.Networking;

/// <summary>Runs work inside another network namespace, on a thread of its own that ends with it: setns(2) is per thread, and no pooled thread may be left changed.</summary>
internal static class NamespaceThread
{
    private const int NewNet = 0x40000000;

    public static Task RunAsync(int netns, Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                if (SetNs.setns(netns, NewNet) != 0)
                    throw new EngineException(ErrorKind.System, $"entering the container's network namespace: {Errno.Text(Errno.Last)}");
                work();
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }, 128 << 10)
        { IsBackground = true, Name = "netns" }.Start();
        return done.Task;
    }

    /// <summary>Opens <c>/proc/pid/ns/net</c>; the caller closes it.</summary>
    public static int Open(int pid)
    {
        var fd = Fcntl.open($"/proc/{pid}/ns/net", Fcntl.O_RDONLY | Fcntl.O_CLOEXEC, 0);
        return fd >= 0 ? fd : throw new EngineException(ErrorKind.System, $"network namespace of process {pid}: {Errno.Text(Errno.Last)}");
    }
}
