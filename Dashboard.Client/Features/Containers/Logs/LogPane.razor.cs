using System.Globalization;
using System.Text;
using Dashboard.Client.Components;
using Dashboard.Client.Connections;
using Dashboard.Client.Preferences;
using Dashboard.Client.Streaming.Logs;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Client.Features.Containers.Logs;

/// <summary>
/// A container's log. Only the rows in view exist in the page; they have a fixed height and no key, so that new lines change
/// the text of rows that are there already: 1,000 lines a second cost less than 70 KiB. While it follows, the script keeps
/// the end in view; when the reader scrolls up, the view holds still until the end is asked for.
/// </summary>
public sealed partial class LogPane : LiveComponent
{
    /// <summary>CSS pixels; the style sheet has the same.</summary>
    private const int RowHeight = 20;
    private const int Overscan = 20;
    private const int OverscanAtEnd = 8;
    private const int MostCopied = 5_000;
    private const string ModulePath = "./_content/Dashboard.Client/Features/Containers/Logs/LogPane.razor.js";
    private LogView view = new(new LogRing());
    private LogFeed? feed;
    private string? watching;
    private DockerConnection? shownConnection;
    private string? shownContainer;
    private bool timestamps;
    private bool cleared;
    private string? notice;
    private double top;
    private double height = 600;
    private ElementReference root;
    private ElementReference scroller;
    private IJSObjectReference? script;
    private DotNetObjectReference<LogPane>? self;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private UserPreferences Preferences { get; set; } = default!;

    [Parameter, EditorRequired]
    public DockerConnection Connection { get; set; } = default!;

    [Parameter, EditorRequired]
    public string ContainerId { get; set; } = "";

    [Parameter]
    public bool Active { get; set; } = true;

    private int VisibleRows => (int)Math.Ceiling(height / RowHeight) + 1;

    private int Start => view.IsFollowing
        ? Math.Max(0, view.Count - VisibleRows - OverscanAtEnd)
        : Math.Clamp((int)(top / RowHeight) - Overscan, 0, Math.Max(0, view.Count - VisibleRows));

    private int Rows => view.IsFollowing ? VisibleRows + OverscanAtEnd : VisibleRows + 2 * Overscan;

    private string DownloadAddress => $"logs/{Uri.EscapeDataString(Connection.Endpoint.Id)}/{Uri.EscapeDataString(ContainerId)}";

    private string CountText => notice switch
    {
        { } said => said,
        _ when view.Query.Length > 0 => Text["{0:N0} of {1}", view.Count, Lines(view.Searched)],
        _ when view.Count > 0 => Lines(view.Count),
        _ => "",
    };

    private string UnseenText => view.Unseen switch
    {
        0 => Text["Latest ↓"],
        1 => Text["1 new line ↓"],
        _ => Text["{0:N0} new lines ↓", view.Unseen],
    };

    private string? EmptyText
    {
        get
        {
            if (view.Count > 0 || feed?.Failure is not null)
                return null;
            if (view.Query.Length > 0 && view.Searched > 0)
                return Text["No line contains “{0}”.", view.Query];
            if (cleared)
                return Text["Cleared. New lines appear here."];
            return feed?.State switch
            {
                LogFeedState.Following => Text["Nothing logged yet. Lines appear here as the container writes them."],
                LogFeedState.Ended => Text["The container is not running and has logged nothing."],
                _ => Text["Reading the log"],
            };
        }
    }

    protected override void OnInitialized() => timestamps = Preferences.Current.LogTimestamps;

    protected override void OnParametersSet()
    {
        if (shownConnection != Connection || shownContainer != ContainerId)
        {
            (shownConnection, shownContainer) = (Connection, ContainerId);
            Show(Connection.Logs.Of(ContainerId, Preferences.Current.LogLines));
            cleared = false;
            watching = null;
            Unwatch();
        }
        var wanted = Active ? ContainerId : null;
        if (wanted == watching)
            return;
        watching = wanted;
        Unwatch();
        if (wanted is null)
        {
            view.Pause();
            return;
        }
        Follow();
        view.Refresh();
    }

    protected override void OnHidden() => view.Pause();

    protected override void OnShown()
    {
        if (watching is null)
            return;
        Unwatch();
        Follow();
    }

    private void Follow()
    {
        // The connection may have let go of a feed that nobody followed for a while.
        var current = Connection.Logs.Of(ContainerId, Preferences.Current.LogLines);
        if (current != feed)
            Show(current, view.PausedAt);
        Watch(current.Changed);
    }

    private void Show(LogFeed next, long? pausedAt = null)
    {
        feed = next;
        var query = view.Query;
        view = new LogView(next.Ring, pausedAt);
        view.Search(query);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        self = DotNetObjectReference.Create(this);
        try
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", ModulePath);
            script = await module.InvokeAsync<IJSObjectReference>("attach", root, scroller, self);
        }
        catch (JSDisconnectedException)
        {
            // The page has gone before it was complete.
        }
    }

    protected override bool BeforeLiveRender()
    {
        // What was read before the tab went to the background stays until there is something newer.
        if (feed is { State: LogFeedState.Loading, Failure: null } && feed.Ring.Range is var (first, next, _) && first == next && view.Count > 0)
            return false;
        view.Refresh();
        notice = null;
        return true;
    }

    /// <summary>The script reports where the reader is, in CSS pixels, and whether the end is in view.</summary>
    [JSInvokable]
    public void Moved(double newTop, double newHeight, bool atEnd)
    {
        top = double.IsFinite(newTop) ? Math.Clamp(newTop, 0, 1e7) : 0;
        height = double.IsFinite(newHeight) ? Math.Clamp(newHeight, RowHeight, 8_000) : height;
        if (atEnd)
            view.Follow();
        else
            view.Hold();
        StateHasChanged();
    }

    protected override async ValueTask DisposeCoreAsync()
    {
        if (script is not null)
        {
            try
            {
                await script.InvokeVoidAsync("dispose");
                await script.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The page has gone, and the script with it.
            }
        }
        self?.Dispose();
        await base.DisposeCoreAsync();
    }

    private void OnSearch(ChangeEventArgs change)
    {
        view.Search(change.Value as string ?? "");
        top = 0;
    }

    private void ToggleTimestamps() => timestamps = !timestamps;

    private async Task FollowAsync()
    {
        view.Follow();
        if (script is not null)
            await script.InvokeVoidAsync("follow");
    }

    private async Task ClearAsync()
    {
        view.Clear();
        cleared = true;
        if (script is not null)
            await script.InvokeVoidAsync("follow");
    }

    private async Task CopyAsync()
    {
        if (script is null)
            return;
        var text = new StringBuilder();
        foreach (var line in view.Window(Math.Max(0, view.Count - MostCopied), MostCopied).OfType<LogLine>())
        {
            if (timestamps)
                text.Append(Time(line)).Append(' ');
            text.Append(line.Text).Append('\n');
        }
        notice = await script.InvokeAsync<bool>("copy", text.ToString()) ? Text["Copied"] : Text["The browser refused to copy; select the lines and press Ctrl+C"];
    }

    private string Lines(int count) => count == 1 ? Text["1 line"] : Text["{0:N0} lines", count];

    private static string Time(LogLine? line) => line?.Written?.ToString("MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) ?? "";
}
