using System.Globalization;
using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>Signals and stops. The gate is held while a signal is sent and never while the exit is awaited.</summary>
internal sealed class ContainerStopper(ContainerRegistry registry, ContainerEvents events, ContainerFreezer freezer, TimeProvider clock)
{
    private const int DefaultStopSeconds = 10;
    /// <summary>How long a SIGKILL may take to show: a process in uninterruptible sleep keeps it waiting.</summary>
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    private enum Wish { Signal, Stop, ShutDown }

    /// <summary>Sends one signal; SIGKILL also waits for the end.</summary>
    public async Task KillAsync(ContainerEntry entry, int signal)
    {
        var exited = await SendAsync(entry, signal) ?? throw NotRunning(entry);
        if (signal == Signals.Kill)
            await AwaitKillAsync(entry, exited);
    }

    /// <summary>False when it was not running.</summary>
    public Task<bool> StopAsync(ContainerEntry entry, string? signal, int? seconds, CancellationToken cancellationToken) =>
        StopAsync(entry, Wish.Stop, signal, seconds, cancellationToken);

    /// <summary>As a stop, but because the engine ends: the restart policy remains in force.</summary>
    public Task ShutDownAsync(ContainerEntry entry, CancellationToken cancellationToken) => StopAsync(entry, Wish.ShutDown, null, null, cancellationToken);

    private async Task<bool> StopAsync(ContainerEntry entry, Wish wish, string? signal, int? seconds, CancellationToken cancellationToken)
    {
        var config = entry.Value.Config;
        var number = Signals.Parse(FirstOf(signal, config.StopSignal, "SIGTERM"));
        var patience = seconds ?? config.StopTimeout ?? DefaultStopSeconds;
        if (await SendAsync(entry, number, wish) is not { } exited)
            return false;
        if (!await EndsWithinAsync(exited, patience < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(patience), cancellationToken)
            && await SendAsync(entry, Signals.Kill, wish) is not null)
        {
            await AwaitKillAsync(entry, exited);
        }
        await events.PublishAsync(entry.Value, "stop");
        return true;
    }

    /// <summary>Returns a task that completes with the end of the run, or null when there is no run.</summary>
    private async Task<Task?> SendAsync(ContainerEntry entry, int signal, Wish wish = Wish.Signal)
    {
        using var turn = await entry.Gate.EnterAsync();
        if (entry.Removed)
            return null;
        var container = entry.Value;
        // At the end of the engine the pause ends with it, and the next start goes on with the policy.
        if (container.State.Status is ContainerStatus.Restarting)
            return wish is Wish.ShutDown ? null : await EndRestartsAsync(entry);
        if (entry.Task is not { } task || !container.State.IsRunning)
            return null;
        var ends = wish is not Wish.Signal || signal == Signals.Kill || signal == Signals.Parse(FirstOf(container.Config.StopSignal, "SIGTERM"));
        if (ends && wish is not Wish.ShutDown && !container.ManuallyStopped)
            await registry.SaveOrKeepAsync(entry, container with { ManuallyStopped = true });
        var exited = entry.Waiters.Register(WaitCondition.NextExit, () => null, CancellationToken.None);
        try
        {
            await task.SignalAsync(signal, CancellationToken.None);
        }
        catch (Exception error) when (error is EngineException or IOException)
        {
            // The program has ended and its shim knows; we are about to be told. Who wanted the end waits for that.
            return ends ? exited : throw NotRunning(entry);
        }
        // A frozen process acts on no signal, and on cgroup v1 not even on SIGKILL.
        if (ends && container.State.Status is ContainerStatus.Paused)
            await freezer.ThawAsync(entry);
        if (wish is not Wish.Signal)
            HealthMonitors.End(entry);
        await events.PublishAsync(entry.Value, "kill", ("signal", signal.ToString(CultureInfo.InvariantCulture)));
        return exited;
    }

    /// <summary>Between two runs: there is nothing to signal, only the next run to prevent.</summary>
    private async Task<Task> EndRestartsAsync(ContainerEntry entry)
    {
        var pause = entry.RestartPause;
        entry.RestartPause = null;
        var container = entry.Value;
        await registry.SaveAsync(entry, container with { ManuallyStopped = true, State = container.State with { Status = ContainerStatus.Exited } });
        pause?.Cancel();
        return Task.CompletedTask;
    }

    private async Task AwaitKillAsync(ContainerEntry entry, Task exited)
    {
        if (await EndsWithinAsync(exited, KillPatience, CancellationToken.None))
            return;
        if (entry.Task is { } task)
            await task.KillAllAsync(CancellationToken.None);
        if (!await EndsWithinAsync(exited, KillPatience, CancellationToken.None))
            throw new EngineException(ErrorKind.System, $"tried to kill container {entry.Id}, but did not receive an exit event");
    }

    private async Task<bool> EndsWithinAsync(Task exited, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await exited.WaitAsync(patience, clock, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public static EngineException NotRunning(ContainerEntry entry) => EngineException.Conflict($"container {entry.Id} is not running");

    private static string FirstOf(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrEmpty(text))
                return text;
        }
        throw new ArgumentException("no text is set", nameof(texts));
    }
}
