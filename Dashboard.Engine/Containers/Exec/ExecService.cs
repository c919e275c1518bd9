using System.Globalization;
using System.Security.Cryptography;
using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Tasks;
using Dashboard.Oci.RuntimeSpec;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Exec;

/// <summary><c>docker exec</c>: made, started once, watched to its end.</summary>
internal sealed partial class ExecService(
    ContainerRegistry registry,
    ExecRegistry execs,
    IImageService images,
    ISnapshotter snapshotter,
    OciSpecBuilder specs,
    ContainerEvents events,
    TimeProvider clock,
    ILogger<ExecService> logger)
{
    private const int CannotStart = 126;

    public async Task<string> CreateAsync(string reference, ExecConfig config)
    {
        var entry = registry.Get(reference);
        if (config.Cmd is null or { Count: 0 })
            throw EngineException.Invalid("No exec command specified");
        Running(entry);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        execs.Add(new ExecInstance(new ExecState { Id = id, ContainerId = entry.Id, Config = config }));
        await PublishAsync(entry.Value, "exec_create", config, id);
        return id;
    }

    /// <summary>Null when nothing is attached.</summary>
    public async Task<TaskStreams?> StartAsync(string execId, bool detach, bool tty, (int Rows, int Columns)? size, CancellationToken cancellationToken)
    {
        var instance = execs.Get(execId);
        var entry = registry.Get(instance.State.ContainerId);
        // Not the container's gate: an exec may take its time to become a program, and others need not wait for it.
        var task = Running(entry);
        if (!instance.TryStart())
            throw EngineException.Conflict(instance.State.Running ? $"Error: Exec command {execId} is already running" : $"Error: Exec command {execId} has already run");
        var config = instance.State.Config;
        try
        {
            instance.Task = await task.ExecAsync(Describe(entry.Value, instance.State, detach, config.Tty, size), cancellationToken);
        }
        catch (EngineException error)
        {
            End(instance, error.ExitCode ?? CannotStart);
            throw RuntimeErrors.OfExec(error);
        }
        catch (Exception)
        {
            End(instance, CannotStart);
            throw;
        }
        instance.State = instance.State with { Running = true, Pid = instance.Task.Pid };
        await PublishAsync(entry.Value, "exec_start", config, execId);
        instance.Watch = WatchAsync(entry, instance, instance.Task);
        return instance.Task.Streams is { } streams ? new SettledStreams(streams, instance.Watch) : null;
    }

    public async Task ResizeAsync(string execId, int rows, int columns, CancellationToken cancellationToken)
    {
        var instance = execs.Get(execId);
        if (instance.Task is not { } task || !instance.State.Running)
            throw EngineException.Conflict($"exec {execId} is not running");
        await task.ResizeAsync(rows, columns, cancellationToken);
    }

    private static IContainerTask Running(ContainerEntry entry)
    {
        var container = entry.Value;
        if (container.State.Status is ContainerStatus.Paused)
            throw EngineException.Conflict($"Container {entry.Value.Name} is paused, unpause the container before exec");
        if (container.State.Status is ContainerStatus.Restarting)
            throw EngineException.Conflict($"Container {entry.Id} is restarting, wait until the container is running");
        return entry.Task is { } task && container.State.IsRunning ? task : throw ContainerStopper.NotRunning(entry);
    }

    private ExecSpec Describe(Container container, ExecState state, bool detach, bool tty, (int Rows, int Columns)? size)
    {
        var config = state.Config;
        var rootfs = snapshotter.Get(container.Id, images.Get(container.ImageId));
        var console = (size, config.ConsoleSize) switch
        {
            ({ Rows: > 0, Columns: > 0 } given, _) => new ConsoleSize { Height = (uint)given.Rows, Width = (uint)given.Columns },
            (_, [var height and > 0, var width and > 0]) => new ConsoleSize { Height = height, Width = width },
            _ => null,
        };
        return new ExecSpec
        {
            ExecId = state.Id,
            Process = specs.ExecProcess(container, config, rootfs, tty, tty ? console : null),
            AttachStdin = !detach && config.AttachStdin,
            AttachStdout = !detach && config.AttachStdout,
            AttachStderr = !detach && config.AttachStderr,
        };
    }

    /// <summary>Ends with the process, or with its shim; never faults.</summary>
    private async Task WatchAsync(ContainerEntry entry, ExecInstance instance, IExecTask task)
    {
        try
        {
            var exit = await task.Exited;
            End(instance, exit.ExitCode);
            await PublishAsync(entry.Value, "exec_die", null, instance.State.Id, ("exitCode", exit.ExitCode.ToString(CultureInfo.InvariantCulture)));
        }
        catch (Exception error)
        {
            LogWatchFailed(instance.State.Id[..12], error);
        }
    }

    private void End(ExecInstance instance, int exitCode)
    {
        instance.State = instance.State with { Running = false, ExitCode = exitCode };
        instance.EndedAt = clock.GetUtcNow();
    }

    // exec_create: sh -c "echo hi"
    private ValueTask PublishAsync(Container container, string action, ExecConfig? config, string execId, params ReadOnlySpan<(string, string)> extra) =>
        events.PublishAsync(
            container,
            config is null ? action : $"{action}: {string.Join(' ', config.Cmd ?? [])}",
            [("execID", execId), .. extra]);

    [LoggerMessage(Level = LogLevel.Error, Message = "The watch of exec {Id} failed")]
    private partial void LogWatchFailed(string id, Exception error);
}
