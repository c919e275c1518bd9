using Bunit;
using Dashboard.Client.Connections;
using Dashboard.Client.Layout;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Client.Layout;

public sealed class ShortcutsTests : BunitContext, IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private FakeDockerApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        _api = await FakeDockerApi.StartAsync();
        _api.Add(new FakeContainer("web"));
        _api.Add(new FakeContainer("web-cache"));
        _api.Images.Add("app", "app:1");
        MemoryPreferences.AddTo(Services);
        Services.AddSingleton<IDockerEndpoints>(new FakeEndpoints(_api));
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsyncCore();
        await _api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Palette_Opened_HasPagesContainersAndImages()
    {
        var shortcuts = await OpenAsync();

        shortcuts.WaitForAssertion(() => Assert.Equal(["Containers", "Images", "Run a container", "Settings", "app:1", "web", "web-cache"], Names(shortcuts).Order(StringComparer.Ordinal)), s_limit);
    }

    [Fact]
    public async Task Palette_Typed_GoesToTheChosenPlace()
    {
        var shortcuts = await OpenAsync();
        shortcuts.WaitForAssertion(() => Assert.Contains("web", Names(shortcuts)), s_limit);

        await TypeAsync(shortcuts, "WEB");
        await PressAsync(shortcuts, "ArrowDown");
        Assert.Equal("true", shortcuts.FindAll("[role=option]")[1].GetAttribute("aria-selected"));
        Assert.Equal("palette-1", shortcuts.Find("[role=combobox]").GetAttribute("aria-activedescendant"));
        var name = Names(shortcuts)[1];
        await PressAsync(shortcuts, "Enter");

        var id = Services.GetRequiredService<CurrentConnection>().Connection!.Containers.Items.Single(item => item.Name == name).ShortId;
        Assert.EndsWith($"/containers/{id}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Palette_NothingFound_SaysSoAndEnterStays()
    {
        var shortcuts = await OpenAsync();
        var before = Services.GetRequiredService<NavigationManager>().Uri;

        await TypeAsync(shortcuts, "no such thing");
        await PressAsync(shortcuts, "Enter");

        Assert.Equal("Nothing of that name.", shortcuts.Find("[data-testid=palette] [role=status]").TextContent);
        Assert.Equal(before, Services.GetRequiredService<NavigationManager>().Uri);
    }

    [Fact]
    public void Find_Words_MatchInAnyOrderAndBeginningsComeFirst()
    {
        PaletteEntry[] places = [new("my-web", "Container", "x", "1"), new("web", "Container", "x", "2"), new("web:1", "Image", "x", "3")];

        Assert.Equal(["2", "3", "1"], Palette.Find(places, "web").Select(place => place.Address));
        Assert.Equal(["3"], Palette.Find(places, "image web").Select(place => place.Address));
        Assert.Equal(Palette.Most, Palette.Find(Enumerable.Repeat(places[0], 50), "").Count);
    }

    private async Task<IRenderedComponent<Shortcuts>> OpenAsync()
    {
        var shortcuts = Render<Shortcuts>();
        await shortcuts.InvokeAsync(shortcuts.Instance.Opened);
        return shortcuts;
    }

    // On the circuit, where no render comes between the finding of an element and the event on it.
    private static Task TypeAsync(IRenderedComponent<Shortcuts> shortcuts, string text) =>
        shortcuts.InvokeAsync(() => shortcuts.Find("[role=combobox]").InputAsync(text));

    private static Task PressAsync(IRenderedComponent<Shortcuts> shortcuts, string key) =>
        shortcuts.InvokeAsync(() => shortcuts.Find("[role=combobox]").KeyDownAsync(new KeyboardEventArgs { Key = key }));

    private static List<string> Names(IRenderedComponent<Shortcuts> shortcuts) =>
        [.. shortcuts.FindAll("[role=option] .name").Select(name => name.TextContent)];
}
