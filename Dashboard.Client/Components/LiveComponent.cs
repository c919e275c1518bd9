using Dashboard.Client.Streaming;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Client.Components;

/// <summary>
/// A component that follows signals: however often they fire, it renders at most once an interval, on its own circuit. It
/// pulls what it shows while it renders, so nothing waits in a queue for a browser that sleeps. While the tab is in the
/// background it follows nothing and does not render.
/// </summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    private readonly List<ChangeSignal> wanted = [];
    private readonly List<IDisposable> watched = [];
    private readonly Lock gate = new();
    private ExecutionContext? circuit;
    private IDisposable? watchingTab;
    private ITimer? timer;
    private DateTimeOffset rendered;
    private bool pending;
    private bool disposed;

    [Inject]
    protected TimeProvider Clock { get; set; } = TimeProvider.System;

    [Inject]
    protected TabVisibility Visibility { get; set; } = default!;

    /// <summary>The shortest time between two renders that signals ask for.</summary>
    protected virtual TimeSpan Interval => TimeSpan.FromMilliseconds(250);

    /// <summary>Follows a signal until the component goes, whenever the tab is in view.</summary>
    protected void Watch(ChangeSignal signal)
    {
        // Signals fire on threads that know nothing of this user's language.
        circuit ??= ExecutionContext.Capture();
        watchingTab ??= Visibility.Changed.Subscribe(OnTabChanged);
        wanted.Add(signal);
        if (Visibility.IsVisible)
            watched.Add(signal.Subscribe(RequestRender));
    }

    /// <summary>Stops following everything; for when parameters now name another object.</summary>
    protected void Unwatch()
    {
        wanted.Clear();
        Release();
    }

    /// <summary>The tab goes to the background: the place to stop what else costs something.</summary>
    protected virtual void OnHidden()
    {
    }

    /// <summary>The tab is in view again, and all signals are followed again; a render comes soon.</summary>
    protected virtual void OnShown()
    {
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
        watchingTab?.Dispose();
        circuit?.Dispose();
        if (timer is not null)
            await timer.DisposeAsync();
        await DisposeCoreAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual ValueTask DisposeCoreAsync() => ValueTask.CompletedTask;

    private void OnTabChanged()
    {
        if (disposed)
            return;
        if (!Visibility.IsVisible)
        {
            OnHidden();
            Release();
            return;
        }
        foreach (var signal in wanted)
            watched.Add(signal.Subscribe(RequestRender));
        OnShown();
        RequestRender();
    }

    private void Release()
    {
        foreach (var subscription in watched)
            subscription.Dispose();
        watched.Clear();
    }

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
                if (!disposed && Visibility.IsVisible && BeforeLiveRender())
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
