using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>
/// The end of the engine as the end of its containers: all are asked to stop at once, and none is brought back by its policy.
/// It is not the users' wish, so <c>unless-stopped</c> comes back with the next start as <c>always</c> does.
/// </summary>
internal sealed partial class ContainerShutdown(
    ContainerRegistry registry,
    ContainerSupervisor supervisor,
    ContainerStopper stopper,
    ILogger<ContainerShutdown> logger)
{
    public Task RunAsync(CancellationToken cancellationToken)
    {
        supervisor.HoldRestarts();
        return Task.WhenAll(registry.Entries.Where(entry => entry.Value.State.IsRunning).Select(entry => StopAsync(entry, cancellationToken)));
    }

    // One that does not stop must not keep the others, nor the engine.
    private async Task StopAsync(ContainerEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await stopper.ShutDownAsync(entry, cancellationToken);
        }
        catch (Exception error) when (error is EngineException or IOException or OperationCanceledException)
        {
            LogNotStopped(entry.Id[..12], error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container {Id} did not stop with the engine: {Reason}")]
    private partial void LogNotStopped(string id, string reason);
}
