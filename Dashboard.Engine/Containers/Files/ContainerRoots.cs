using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Images.Content;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Containers.Files;

/// <summary>
/// Opens the root of a container for a piece of work, on a thread for it alone. Of a running container it is the root of its
/// own mount namespace; of another one it is mounted for the work, by one at a time.
/// </summary>
internal sealed class ContainerRoots(ContainerRegistry registry, ISnapshotter snapshotter, IImageService images, ContainerMounts mounts, EngineOptions options)
{
    /// <param name="work">Gets the container, its root by O_PATH, and a token that ends it.</param>
    public async Task<T> UseAsync<T>(string reference, Func<Container, SafeFileHandle, CancellationToken, T> work, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        while (true)
        {
            if (IsRunning(entry))
            {
                if (await TryUseRunningAsync(entry, reference, work, cancellationToken) is (true, var result))
                    return result!;
            }
            else
            {
                using var turn = await entry.Root.Mounting.EnterAsync(cancellationToken);
                if (await TryUseStoppedAsync(entry, reference, work, cancellationToken) is (true, var result))
                    return result!;
            }
        }
    }

    private static bool IsRunning(ContainerEntry entry) => entry.Task is not null && entry.Value.State.Status is ContainerStatus.Running or ContainerStatus.Paused;

    private static async Task<(bool Done, T? Result)> TryUseRunningAsync<T>(ContainerEntry entry, string reference, Func<Container, SafeFileHandle, CancellationToken, T> work, CancellationToken cancellationToken)
    {
        RootAccess.Use use;
        Task run;
        using (await EnterAsync(entry, reference, cancellationToken))
        {
            if (!IsRunning(entry))
                return (false, default);
            use = entry.Root.Begin(cancellationToken);
            run = entry.RunEnded.Task;
        }
        using (use)
        {
            var pid = entry.Value.State.Pid;
            var task = OwnThread.RunAsync(() =>
            {
                using var root = MountNamespaceRoot.Open(pid, entry.Id);
                return work(entry.Value, root, use.Token);
            });
            // The mounts end with the run: what went on would write below them.
            if (await Task.WhenAny(task, run) != task)
                use.End();
            return (true, await FinishAsync(task, use, entry));
        }
    }

    private async Task<(bool Done, T? Result)> TryUseStoppedAsync<T>(ContainerEntry entry, string reference, Func<Container, SafeFileHandle, CancellationToken, T> work, CancellationToken cancellationToken)
    {
        RootAccess.Use use;
        using (await EnterAsync(entry, reference, cancellationToken))
        {
            if (entry.Task is not null)
                return (false, default);
            use = entry.Root.Begin(cancellationToken);
        }
        using (use)
        {
            var container = entry.Value;
            await using var held = await mounts.HoldForFilesAsync(container);
            var overlay = snapshotter.Get(container.Id, images.Get(container.ImageId));
            var task = OwnThread.RunAsync(() =>
            {
                using var root = StoppedRoot.Mount(overlay, overlay.WorkDir, Binds(container));
                return work(container, root.Root, use.Token);
            });
            return (true, await FinishAsync(task, use, entry));
        }
    }

    private IEnumerable<Oci.RuntimeSpec.Mount> Binds(Container container) => DefaultMounts.Of(container.HostConfig, container.MountPoints ?? [], options.ContainerDataDir(container.Id))
        .Where(mount => mount.Source is not ("/dev/mqueue" or "/dev/shm"));

    private static async Task<T> FinishAsync<T>(Task<T> task, RootAccess.Use use, ContainerEntry entry)
    {
        try
        {
            return await task;
        }
        catch (OperationCanceledException) when (use.Ended)
        {
            throw EngineException.Conflict($"container {entry.Id} stopped or was removed while its files were in use");
        }
        catch (SyscallException error)
        {
            throw FullDisk.Explain(error) ?? new EngineException(ErrorKind.System, error.Message, error);
        }
    }

    private static async Task<AsyncGate.Holder> EnterAsync(ContainerEntry entry, string reference, CancellationToken cancellationToken)
    {
        var holder = await entry.Gate.EnterAsync(cancellationToken);
        if (!entry.Removed)
            return holder;
        holder.Dispose();
        throw EngineException.NotFound($"No such container: {reference}");
    }
}
