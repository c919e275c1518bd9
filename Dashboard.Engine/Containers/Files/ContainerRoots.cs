using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Tasks;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Containers.Files;

/// <summary>
/// Opens the root of a container for a piece of work, on a thread for it alone. Of a running container it is the root of its
/// own mount namespace; of another one it is mounted for the work, by one at a time.
/// </summary>
internal sealed class ContainerRoots(ContainerRegistry registry, ISnapshotter snapshotter, IImageService images, ContainerMounts mounts, EngineOptions options)
{
    /// <param name="bare">The root file system alone, without what is mounted on it.</param>
    /// <param name="work">Gets the container, its root by O_PATH, and a token that ends it.</param>
    public async Task<T> UseAsync<T>(string reference, bool bare, Func<Container, SafeFileHandle, CancellationToken, T> work, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        while (true)
        {
            if (IsRunning(entry))
            {
                if (await TryUseRunningAsync(entry, reference, bare, work, cancellationToken) is (true, var result))
                    return result!;
            }
            else
            {
                using var turn = await entry.Root.Mounting.EnterAsync(cancellationToken);
                if (await TryUseStoppedAsync(entry, reference, bare, work, cancellationToken) is (true, var result))
                    return result!;
            }
        }
    }

    /// <summary>Work on the layers of a container where they lie; that it runs meanwhile is no hindrance to those who read.</summary>
    public async Task<T> UseLayersAsync<T>(string reference, Func<OverlayMount, CancellationToken, T> work, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        RootAccess.Use use;
        using (await EnterAsync(entry, reference, cancellationToken))
            use = entry.Root.Begin(cancellationToken);
        using (use)
        {
            var overlay = snapshotter.Get(entry.Id, images.Get(entry.Value.ImageId));
            return await FinishAsync(OwnThread.RunAsync(() => work(overlay, use.Token)), use, entry);
        }
    }

    private static bool IsRunning(ContainerEntry entry) => entry.Task is not null && entry.Value.State.Status is ContainerStatus.Running or ContainerStatus.Paused;

    private async Task<(bool Done, T? Result)> TryUseRunningAsync<T>(ContainerEntry entry, string reference, bool bare, Func<Container, SafeFileHandle, CancellationToken, T> work, CancellationToken cancellationToken)
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
                using var root = bare ? ShimRoot.Open(options.BundleDir(entry.Id)) : MountNamespaceRoot.Open(pid, entry.Id);
                return work(entry.Value, root, use.Token);
            });
            // The mounts end with the run: what went on would write below them.
            if (await Task.WhenAny(task, run) != task)
                use.End();
            return (true, await FinishAsync(task, use, entry));
        }
    }

    private async Task<(bool Done, T? Result)> TryUseStoppedAsync<T>(ContainerEntry entry, string reference, bool bare, Func<Container, SafeFileHandle, CancellationToken, T> work, CancellationToken cancellationToken)
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
            await using var held = bare ? null : await mounts.HoldForFilesAsync(container);
            var overlay = snapshotter.Get(container.Id, images.Get(container.ImageId));
            var task = OwnThread.RunAsync(() =>
            {
                using var root = StoppedRoot.Mount(overlay, overlay.WorkDir, bare ? [] : Binds(container));
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
