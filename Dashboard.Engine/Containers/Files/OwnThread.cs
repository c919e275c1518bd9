namespace Dashboard.Engine.Containers.Files;

/// <summary>Runs blocking work on a thread that ends with it: it may wait for a client or a disk for long, and may change its own mount namespace.</summary>
internal static class OwnThread
{
    public static Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }, 4 << 20)
        { IsBackground = true, Name = "files" }.Start();
        return done.Task;
    }
}
