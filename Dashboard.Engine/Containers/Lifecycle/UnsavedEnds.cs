using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>
/// Ends of runs that could not be saved (a full disk). Memory shows them; the shim and its record stay, so that a server which
/// starts before they are saved learns of them again. They are saved when there is space, at the latest before the next step
/// of the container. All with the gate held.
/// </summary>
internal sealed partial class UnsavedEnds(ContainerRegistry registry, ILogger<UnsavedEnds> logger)
{
    /// <summary>Saves the end if it is not saved.</summary>
    /// <exception cref="EngineException">There is still no space.</exception>
    public async Task SettleAsync(ContainerEntry entry)
    {
        if (entry.UnsavedEnd is null)
            return;
        await registry.SaveAsync(entry, entry.Value);
        await ForgetAsync(entry);
    }

    /// <summary>True when nothing is left to be saved.</summary>
    public async Task<bool> TrySettleAsync(ContainerEntry entry)
    {
        try
        {
            await SettleAsync(entry);
            return true;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    /// <summary>Ends the shim that was kept: its record is not needed any more.</summary>
    public async Task ForgetAsync(ContainerEntry entry)
    {
        if (entry.UnsavedEnd is not { } task)
            return;
        entry.UnsavedEnd = null;
        try
        {
            await task.DeleteAsync(CancellationToken.None);
            await task.DisposeAsync();
        }
        catch (Exception error) when (error is IOException or EngineException)
        {
            LogKept(entry.Id[..12], error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The shim of container {Id} could not be ended: {Reason}")]
    private partial void LogKept(string id, string reason);
}
