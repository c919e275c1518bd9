using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Tasks;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>Bundles and directories that no container owns: left by a server that died between two steps. (Writable layers are swept by the snapshotter.)</summary>
internal sealed partial class OrphanSweeper(
    ContainerRegistry registry,
    ITaskService tasks,
    EngineOptions options,
    ILogger<OrphanSweeper> logger)
{
    public async Task SweepAsync()
    {
        foreach (var id in Unknown(Path.Combine(options.RunRoot, "containers")))
            await TryAsync("bundle", id, () => EndTaskAsync(id));
        foreach (var id in Unknown(Path.Combine(options.DataRoot, "containers")))
        {
            await TryAsync("directory", id, () =>
            {
                Directory.Delete(options.ContainerDataDir(id), recursive: true);
                return Task.CompletedTask;
            });
        }
    }

    private async Task EndTaskAsync(string id)
    {
        if (await tasks.ReconnectAsync(id, CancellationToken.None) is { } task)
        {
            await task.DeleteAsync(CancellationToken.None);
            await task.DisposeAsync();
        }
        if (Directory.Exists(options.BundleDir(id)))
            Directory.Delete(options.BundleDir(id), recursive: true);
    }

    private List<string> Unknown(string directory) => Directory.Exists(directory)
        ? [.. Directory.EnumerateDirectories(directory).Select(path => Path.GetFileName(path)).Where(name => registry.Find(name)?.Id != name)]
        : [];

    private async Task TryAsync(string what, string id, Func<Task> work)
    {
        try
        {
            await work();
            LogRemoved(what, id);
        }
        catch (Exception error)
        {
            LogFailed(what, id, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removed a {What} that no container owns: {Id}")]
    private partial void LogRemoved(string what, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Cannot remove a {What} that no container owns: {Id}")]
    private partial void LogFailed(string what, string id, Exception error);
}
