using Dashboard.Client.Connections;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace Dashboard.Client.Layout;

/// <summary>
/// The keyboard's ways through the site: a palette of places and a list of the keys. The script decides what a key means, for
/// it alone knows what has the focus, and opens the dialogs; here is what they show.
/// </summary>
public sealed partial class Shortcuts
{
    private const string ModulePath = "./_content/Dashboard.Client/Layout/Shortcuts.razor.js";
    private IReadOnlyList<PaletteEntry> found = [];
    private ElementReference palette;
    private ElementReference help;
    private DotNetObjectReference<Shortcuts>? self;
    private IJSObjectReference? script;
    private string query = "";
    private int chosen;
    private bool open;

    [Inject]
    private CurrentConnection Current { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private (string Keys, string Meaning)[] Keys =>
    [
        ("Ctrl K", Text["Go to a page, container or image"]),
        ("/", Text["Search in this page"]),
        ("g c", Text["Containers"]),
        ("g i", Text["Images"]),
        ("g s", Text["Settings"]),
        ("j", Text["Next row"]),
        ("k", Text["Previous row"]),
        ("Enter", Text["Open the row"]),
        ("?", Text["This list"]),
    ];

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        self = DotNetObjectReference.Create(this);
        try
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", ModulePath);
            script = await module.InvokeAsync<IJSObjectReference>("attach", palette, help, self);
        }
        catch (JSDisconnectedException)
        {
            // The page has gone before it was complete.
        }
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

    protected override bool BeforeLiveRender()
    {
        Find();
        return open;
    }

    /// <summary>The palette has been opened, with nothing typed. The lists behind it are read only while it is.</summary>
    [JSInvokable]
    public void Opened()
    {
        (open, query, chosen) = (true, "", 0);
        if (Current.Connection is { } connection)
        {
            Watch(connection.Containers.Changed);
            Watch(connection.Images.Changed);
        }
        Find();
        StateHasChanged();
    }

    [JSInvokable]
    public void Closed()
    {
        open = false;
        Unwatch();
    }

    private void Search(ChangeEventArgs change)
    {
        (query, chosen) = (change.Value as string ?? "", 0);
        Find();
    }

    private void Find()
    {
        found = Palette.Find(Palette.Places(Current.Connection, Text), query);
        chosen = Math.Clamp(chosen, 0, Math.Max(0, found.Count - 1));
    }

    private async Task KeyAsync(KeyboardEventArgs pressed)
    {
        if (found.Count == 0)
            return;
        switch (pressed.Key)
        {
            case "ArrowDown":
                chosen = (chosen + 1) % found.Count;
                break;
            case "ArrowUp":
                chosen = (chosen + found.Count - 1) % found.Count;
                break;
            case "Enter":
                await GoAsync(found[chosen]);
                break;
        }
    }

    private async Task GoAsync(PaletteEntry place)
    {
        if (script is not null)
            await script.InvokeVoidAsync("close");
        Navigation.NavigateTo(place.Address);
    }
}
