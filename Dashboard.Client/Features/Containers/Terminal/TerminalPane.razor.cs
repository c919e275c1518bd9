using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Client.Features.Containers.Terminal;

/// <summary>
/// A terminal in a container. The page hides it with its tab and keeps it; the shell is opened when it is first shown and
/// ends with the page. Bytes go by a WebSocket of the script's own; here is only what became of it.
/// </summary>
public sealed partial class TerminalPane : IAsyncDisposable
{
    private const string ModulePath = "./_content/Dashboard.Client/Features/Containers/Terminal/TerminalPane.razor.js";

    private ElementReference screen;
    private IJSObjectReference? module;
    private DotNetObjectReference<TerminalPane>? self;
    private TerminalOutcome? outcome;
    private Phase phase;
    private bool made;
    private bool wasActive;
    private bool wasRunning;
    private bool disposed;
    private (string Endpoint, string Container) shown;

    private enum Phase
    {
        None,
        Opening,
        Open,
        Ended,
    }

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    /// <summary>The endpoint's id.</summary>
    [Parameter, EditorRequired]
    public string Endpoint { get; set; } = "";

    [Parameter, EditorRequired]
    public string ContainerId { get; set; } = "";

    /// <summary>Whether the terminal's tab is in front.</summary>
    [Parameter]
    public bool Active { get; set; }

    /// <summary>Whether the container runs. Its next start opens a shell again.</summary>
    [Parameter]
    public bool Running { get; set; }

    // With something on the screen a reason below it is better than an empty pane.
    private bool IsIdle => !Running && phase == Phase.None;

    private string Url => $"terminals/{Uri.EscapeDataString(Endpoint)}/{Uri.EscapeDataString(ContainerId)}";

    [JSInvokable]
    public Task OpenedAsync() => InvokeAsync(() =>
    {
        if (phase == Phase.Opening)
            Show(Phase.Open);
    });

    /// <summary>The parameters are those of the last text frame of the protocol.</summary>
    [JSInvokable]
    public Task EndedAsync(long? exit, bool stopped, string? error, string? detail) => InvokeAsync(() =>
    {
        outcome = new TerminalOutcome(exit, stopped, error, detail);
        Show(Phase.Ended);
    });

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        try
        {
            await CloseAsync();
            if (module is not null)
                await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page has gone and its WebSocket with it.
        }
        self?.Dispose();
    }

    protected override void OnParametersSet()
    {
        if (Running && !wasRunning && phase == Phase.Ended && outcome!.EndsWithContainer)
            phase = Phase.None;
        wasRunning = Running;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (shown != (Endpoint, ContainerId))
        {
            shown = (Endpoint, ContainerId);
            phase = Phase.None;
            await CloseAsync();
        }
        var shownNow = Active && !wasActive;
        wasActive = Active;
        if (Active && Running && phase == Phase.None)
            await OpenAsync();
        else if (shownNow && made)
            await module!.InvokeVoidAsync("show", screen);
    }

    private static string Name(Phase phase) => phase switch
    {
        Phase.None => "none",
        Phase.Opening => "opening",
        Phase.Open => "open",
        _ => "ended",
    };

    private string Reason(TerminalOutcome ended) => ended switch
    {
        { Stopped: true } => Text["The container stopped."],
        { Exit: { } code } => Text["The shell ended with code {0}.", code],
        { Error: "notFound" } => Text["The container is not there any more."],
        { Error: "notRunning" } => Text["The container cannot run a shell now."],
        { Error: "noShell" } => Text["The image has no shell: neither bash, ash nor sh was found in it."],
        { Error: "signedOut" } => Text["You are signed out. Sign in to open a terminal."],
        { Error: "stopping" } => Text["Dashboard is stopping."],
        { Error: "tooLarge" or "badMessage" } => Text["The terminal was closed: the server did not understand this page. Reload it."],
        { Error: "lost" } => Text["The connection was lost, and the shell was ended."],
        { Error: "page" } => Text["The terminal could not be loaded in this browser. Reload the page."],
        _ => Text["The engine could not give a terminal."],
    };

    private void StartAgain() => phase = Phase.None;

    private async Task OpenAsync()
    {
        Show(Phase.Opening);
        try
        {
            module ??= await Script.InvokeAsync<IJSObjectReference>("import", ModulePath);
            if (disposed)
                return;
            self ??= DotNetObjectReference.Create(this);
            if (made)
            {
                await module.InvokeVoidAsync("start", screen, Url);
                return;
            }
            made = true;
            await module.InvokeVoidAsync("open", screen, self, Url, Text["Terminal. Ctrl+Shift+Arrow up leaves it."].Value);
        }
        catch (JSDisconnectedException)
        {
            disposed = true;
        }
        catch (JSException error)
        {
            outcome = new TerminalOutcome(null, false, "page", error.Message);
            Show(Phase.Ended);
        }
    }

    private async Task CloseAsync()
    {
        if (!made)
            return;
        made = false;
        await module!.InvokeVoidAsync("close", screen);
    }

    private void Show(Phase next)
    {
        phase = next;
        if (!disposed)
            StateHasChanged();
    }
}
