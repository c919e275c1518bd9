using Dashboard.Client.Streaming;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Client.Components;

/// <summary>
/// A component that follows signals: however often they fire, it renders at most once an interval, on its own circuit. It
/// pulls what it shows while it renders, so nothing waits in a queue for a browser that sleeps.
/// </summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    private readonly List<IDisposable> watched = [];
    private readonly Lock gate = new();
    private ExecutionContext? circuit;
    private ITimer? timer;
    private DateTimeOffset rendered;
    private bool pending;
    private bool disposed;

    [Inject]
    protected TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>The shortest time between two renders that signals ask for.</summary>
    protected virtual TimeSpan Interval => TimeSpan.FromMilliseconds(250);

    /// <summary>Follows a signal until the component goes.</summary>
    protected void Watch(ChangeSignal signal)
    {
        // Signals fire on threads that know nothing of this user's language.
        circuit ??= ExecutionContext.Capture();
        watched.Add(signal.Subscribe(RequestRender));
    }

    /// <summary>Stops following everything; for when parameters now name another object.</summary>
    protected void Unwatch()
    {
        foreach (var subscription in watched)
            subscription.Dispose();
        watched.Clear();
    }

    /// <summary>Asks for a render soon; from any thread.</summary>
    protected void RequestRender()
    {
        lock (gate)
        {
            if (pending || disposed)
                return;
            pending = true;
            var wait = rendered + Interval - Clock.GetUtcNow();
            timer ??= Clock.CreateTimer(_ => Render(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Runs on the circuit just before a requested render; false skips the render.</summary>
    protected virtual bool BeforeLiveRender() => true;

    public async ValueTask DisposeAsync()
    {
        lock (gate)
            disposed = true;
        Unwatch();
        circuit?.Dispose();
        if (timer is not null)
            await timer.DisposeAsync();
        await DisposeCoreAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual ValueTask DisposeCoreAsync() => ValueTask.CompletedTask;

    private void Render()
    {
        if (circuit is null)
            _ = RenderAsync();
        else
            ExecutionContext.Run(circuit, _ => _ = RenderAsync(), null);
    }

    // The renderer reports what a render throws to its own circuit; only a circuit that has gone is expected here.
    private async Task RenderAsync()
    {
        try
        {
            await InvokeAsync(() =>
            {
                lock (gate)
                {
                    pending = false;
                    rendered = Clock.GetUtcNow();
                }
                if (!disposed && BeforeLiveRender())
                    StateHasChanged();
            });
        }
        catch (ObjectDisposedException)
        {
            lock (gate)
                disposed = true;
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error);
        }
    }
}
