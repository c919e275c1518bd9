namespace Dashboard.Engine.Logs;

/// <summary>Signals that a log's directory changed (inotify), or that nothing more will be written. A signal is never lost: <see cref="Next"/> is taken before the read that it may make necessary.</summary>
internal sealed class LogChanges : IDisposable
{
    private readonly FileSystemWatcher watcher;
    private volatile TaskCompletionSource signal = New();
    private readonly Task ended;

    public LogChanges(string path, Task ended)
    {
        this.ended = ended;
        var directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        watcher = new FileSystemWatcher(directory) { NotifyFilter = NotifyFilters.Size | NotifyFilters.LastWrite | NotifyFilters.FileName };
        watcher.Changed += (_, _) => Raise();
        watcher.Created += (_, _) => Raise();
        watcher.Renamed += (_, _) => Raise();
        watcher.Error += (_, _) => Raise();
        watcher.EnableRaisingEvents = true;
    }

    public Task Next() => Task.WhenAny(signal.Task, ended);

    private void Raise() => Interlocked.Exchange(ref signal, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => watcher.Dispose();
}
