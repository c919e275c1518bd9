using Dashboard.Tests.Shared;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>What a user chooses is in force at once and there again after a reload.</summary>
public sealed class SettingsTests : IAsyncDisposable
{
    private BrowserSession? _session;

    private BrowserSession Session => _session!;
    private IPage Page => Session.Page;

    private async Task StartAsync(string theme, int width)
    {
        _session = await BrowserSession.StartAsync(new Look(theme, width));
        await Session.SignInAsync();
        await Session.Docker.OkAsync("run", "-d", "--name", "web", TestImages.Busybox, "sleep", "1000");
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Look.Two), MemberType = typeof(Look))]
    public async Task Theme_Chosen_ShowsAtOnceAndStays(string system, int width)
    {
        await StartAsync(system, width);
        await OpenSettingsAsync();
        foreach (var theme in new[] { "light", "contrast", "dark" })
        {
            await Page.GetByTestId("theme-" + theme).CheckAsync();
            await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", theme);
            await Assertions.Expect(Page.GetByTestId("settings-note")).Not.ToBeEmptyAsync();
            await Session.LookAtAsync($"settings-{theme}-over");
        }

        await Page.ReloadAsync();

        await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Assertions.Expect(Page.GetByTestId("theme-dark")).ToBeCheckedAsync();
    }

    [Theory]
    [MemberData(nameof(Look.Two), MemberType = typeof(Look))]
    public async Task Language_Korean_SpeaksKoreanEverywhere(string theme, int width)
    {
        await StartAsync(theme, width);
        await OpenSettingsAsync();

        await Page.GetByTestId("language-ko").CheckAsync();
        await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", "ko");
        await Assertions.Expect(Page.GetByTestId("nav-containers")).ToContainTextAsync("컨테이너");
        await Session.LookAtAsync("settings-korean");
        await Page.GetByTestId("nav-containers").ClickAsync();
        await Assertions.Expect(Session.Row("web").GetByTestId("container-state")).ToContainTextAsync("실행");
        await Session.LookAtAsync("containers-korean");
        await Session.Row("web").GetByTestId("container-name").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("tab-logs")).ToBeVisibleAsync();
        await Session.LookAtAsync("container-korean");

        Assert.Empty(Session.ConsoleErrors);
    }

    [Theory]
    [MemberData(nameof(Look.Two), MemberType = typeof(Look))]
    public async Task Column_Hidden_IsGoneFromTheTable(string theme, int width)
    {
        await StartAsync(theme, width);
        await Assertions.Expect(Session.Row("web").GetByTestId("container-memory")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await OpenSettingsAsync();
        await Page.GetByTestId("column-memory").UncheckAsync();
        await Assertions.Expect(Page.GetByTestId("settings-note")).Not.ToBeEmptyAsync();

        await Page.GetByTestId("nav-containers").ClickAsync();
        await Assertions.Expect(Session.Row("web").GetByTestId("container-cpu")).ToBeVisibleAsync();

        await Assertions.Expect(Session.Row("web").GetByTestId("container-memory")).ToHaveCountAsync(0);
    }

    private async Task OpenSettingsAsync()
    {
        await Page.GetByTestId("nav-settings").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("settings")).ToBeVisibleAsync();
    }
}
