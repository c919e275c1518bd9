using Dashboard.Engine.Containers.Exec;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Health;

/// <summary>Runs a check once, as an exec like any other, and ends it when it takes too long.</summary>
internal sealed class ProbeRunner(ExecService execs, ExecRegistry registry, TimeProvider clock)
{
    private const int NoExitCode = -1;

    /// <exception cref="OperationCanceledException">Nobody wants the result any more; the command is killed.</exception>
    public async Task<HealthResult> RunAsync(string containerId, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = clock.GetUtcNow();
        var output = new ProbeOutput();
        using var patience = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        string? id = null;
        try
        {
            id = await execs.CreateAsync(containerId, new ExecConfig { AttachStdout = true, AttachStderr = true, Cmd = command });
            var instance = registry.Get(id);
            await using var streams = await execs.StartAsync(id, detach: false, tty: false, null, either.Token);
            if (streams is not null)
                await output.ReadAsync(streams, either.Token);
            return Result(start, instance.State.ExitCode ?? NoExitCode, output.ToString());
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var written = output.ToString();
            return Result(start, NoExitCode, $"Health check exceeded timeout ({GoDuration.Format(timeout)})" + (written is "" ? "" : ": " + written));
        }
        catch (Exception error) when (error is EngineException or IOException)
        {
            return Result(start, NoExitCode, error.Message);
        }
        finally
        {
            if (id is not null)
                await EndAsync(id);
        }
    }

    private async Task EndAsync(string id)
    {
        if (registry.Find(id) is { Task: { } task, State.Running: true })
            await task.KillAsync(CancellationToken.None);
        // Nobody asks for it: one a second would be hundreds to keep.
        registry.Remove(id);
    }

    private HealthResult Result(DateTimeOffset start, int exitCode, string output) =>
        new() { Start = start, End = clock.GetUtcNow(), ExitCode = exitCode, Output = output };
}
