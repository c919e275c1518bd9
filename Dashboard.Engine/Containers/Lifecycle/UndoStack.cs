using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>What to take back when a later step fails, newest first. A step that fails to be taken back does not keep the others.</summary>
internal sealed partial class UndoStack(ILogger logger) : IAsyncDisposable
{
    private readonly Stack<(string What, Func<Task> Undo)> steps = new();

    public void Push(string what, Func<Task> undo) => steps.Push((what, undo));

    public void Push(string what, Action undo) => steps.Push((what, () =>
    {
        undo();
        return Task.CompletedTask;
    }));

    /// <summary>All has worked.</summary>
    public void Commit() => steps.Clear();

    public async ValueTask DisposeAsync()
    {
        while (steps.TryPop(out var step))
        {
            try
            {
                await step.Undo();
            }
            catch (Exception error)
            {
                LogFailed(logger, step.What, error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Undo failed: {What}")]
    private static partial void LogFailed(ILogger logger, string what, Exception error);
}
