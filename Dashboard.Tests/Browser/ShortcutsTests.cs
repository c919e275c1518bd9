using Dashboard.Tests.Shared;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>The whole site by keyboard, and no key taken from somebody who types.</summary>
public sealed class ShortcutsTests : IAsyncDisposable
{
    private BrowserSession? _session;

    private BrowserSession Session => _session!;
    private IPage Page => Session.Page;
    private ILocator Palette => Page.GetByTestId("palette");
    private ILocator Filter => Page.GetByTestId("containers-filter");

    private async Task StartAsync(string theme, int width)
    {
        _session = await BrowserSession.StartAsync(new Look(theme, width));
        await Session.SignInAsync();
        foreach (var name in new[] { "one", "two" })
            await Session.Docker.OkAsync("run", "-d", "--name", name, TestImages.Busybox, "sleep", "1000");
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
    }

    // A tablet's keyboard has the same keys, in a narrow window too.
    [Theory]
    [MemberData(nameof(Look.Two), MemberType = typeof(Look))]
    public async Task Keys_LeadThroughTheSite_ButNotWhileTyping(string theme, int width)
    {
        await StartAsync(theme, width);
        await Assertions.Expect(Session.Row("one")).ToBeVisibleAsync();
        await PaletteAsync();
        await PagesAndRowsAsync();
        await TypingAsync();
        await TerminalAsync();
        Assert.Empty(Session.ConsoleErrors);
    }

    private async Task PaletteAsync()
    {
        await Page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(Palette).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByTestId("palette-place").Filter(new() { HasText = "busybox" })).ToHaveCountAsync(1);
        await Session.LookAtAsync("palette");
        await Page.Keyboard.TypeAsync("sett");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.GetByTestId("settings")).ToBeVisibleAsync();
        await Assertions.Expect(Palette).ToBeHiddenAsync();
    }

    private async Task PagesAndRowsAsync()
    {
        await Page.Keyboard.TypeAsync("gi");
        await Assertions.Expect(Page.GetByTestId("images-filter")).ToBeVisibleAsync();
        await Page.Keyboard.TypeAsync("?");
        await Assertions.Expect(Page.GetByTestId("keys")).ToBeVisibleAsync();
        await Session.LookAtAsync("keys");
        await Page.Keyboard.PressAsync("Escape");
        await Page.Keyboard.TypeAsync("gc");
        await Assertions.Expect(Session.Row("two")).ToBeVisibleAsync();

        var names = Page.GetByTestId("container-name");
        await Page.Keyboard.TypeAsync("j");
        await Assertions.Expect(names.Nth(0)).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("j");
        await Assertions.Expect(names.Nth(1)).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("k");
        await Assertions.Expect(names.Nth(0)).ToBeFocusedAsync();
    }

    private async Task TypingAsync()
    {
        await Page.Keyboard.TypeAsync("/");
        await Assertions.Expect(Filter).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("gi?/jk");
        await Page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(Filter).ToHaveValueAsync("gi?/jk");
        await Assertions.Expect(Palette).ToBeHiddenAsync();
        await Filter.FillAsync("");
        await Filter.BlurAsync();
        await Assertions.Expect(Session.Row("one")).ToBeVisibleAsync();
    }

    private async Task TerminalAsync()
    {
        await Page.Keyboard.TypeAsync("j");
        await Page.Keyboard.PressAsync("Enter");
        await Page.GetByTestId("tab-terminal").ClickAsync();
        var rows = Page.GetByTestId("terminal").Locator(".xterm-rows");
        await Assertions.Expect(rows).ToContainTextAsync("#");
        await Page.GetByTestId("terminal").ClickAsync();
        await Page.Keyboard.TypeAsync("echo gs?jk/");
        await Page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(rows).ToContainTextAsync("echo gs?jk/");
        await Assertions.Expect(Palette).ToBeHiddenAsync();
        await Assertions.Expect(Page.GetByTestId("keys")).ToBeHiddenAsync();
    }
}
