using Dashboard.Client.Streaming;

namespace Dashboard.Client.Components;

/// <summary>
/// Whether this circuit's browser tab is in view. One in the background follows nothing: what it shows costs neither the
/// engine nor the network anything, and is brought up to date when it comes back into view.
/// </summary>
public sealed class TabVisibility
{
    public bool IsVisible { get; private set; } = true;

    /// <summary>Raised on the circuit's own thread when <see cref="IsVisible"/> is another one.</summary>
    public ChangeSignal Changed { get; } = new();

    public void Set(bool visible)
    {
        if (visible == IsVisible)
            return;
        IsVisible = visible;
        Changed.Raise();
    }
}
