using Dashboard.Tests.Shared;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>What a user chooses is in force at once and there again after a reload.</summary>
public sealed class SettingsTests : IAsyncLifetime
{
    private BrowserSession? _session;

    private BrowserSession Session => _session!;
    private IPage Page => Session.Page;

    public async ValueTask InitializeAsync()
    {
        _session = await BrowserSession.StartAsync();
        await Session.SignInAsync();
        await Session.Docker.OkAsync("run", "-d", "--name", "web", TestImages.Busybox, "sleep", "1000");
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
    }

    [Fact]
    public async Task Theme_Chosen_ShowsAtOnceAndStays()
    {
        await OpenSettingsAsync();
        foreach (var theme in new[] { "light", "contrast", "dark" })
        {
            await Page.GetByTestId("theme-" + theme).CheckAsync();
            await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", theme);
            await Assertions.Expect(Page.GetByTestId("settings-note")).Not.ToBeEmptyAsync();
            await Session.ShotAsync("settings-" + theme);
            await Session.AssertAccessibleAsync("settings, " + theme);
        }

        await Page.ReloadAsync();

        await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Assertions.Expect(Page.GetByTestId("theme-dark")).ToBeCheckedAsync();
    }

    [Fact]
    public async Task Language_Korean_SpeaksKoreanEverywhere()
    {
        await OpenSettingsAsync();

        await Page.GetByTestId("language-ko").CheckAsync();
        await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", "ko");
        await Assertions.Expect(Page.GetByTestId("nav-containers")).ToContainTextAsync("컨테이너");
        await Session.ShotAsync("settings-korean");
        await Page.GetByTestId("nav-containers").ClickAsync();
        await Assertions.Expect(Session.Row("web").GetByTestId("container-state")).ToContainTextAsync("실행");
        await Session.ShotAsync("containers-korean");
        await Page.SetViewportSizeAsync(390, 844);
        await Session.ShotAsync("containers-korean-phone");

        Assert.Empty(Session.ConsoleErrors);
    }

    [Fact]
    public async Task Column_Hidden_IsGoneFromTheTable()
    {
        await Assertions.Expect(Session.Row("web").GetByTestId("container-memory")).ToBeVisibleAsync();
        await OpenSettingsAsync();
        await Page.GetByTestId("column-memory").UncheckAsync();
        await Assertions.Expect(Page.GetByTestId("settings-note")).Not.ToBeEmptyAsync();

        await Page.GetByTestId("nav-containers").ClickAsync();
        await Assertions.Expect(Session.Row("web").GetByTestId("container-cpu")).ToBeVisibleAsync();

        await Assertions.Expect(Session.Row("web").GetByTestId("container-memory")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Settings_OnAPhone_FitItsWidth()
    {
        await Page.SetViewportSizeAsync(390, 844);
        await OpenSettingsAsync();
        await Session.ShotAsync("settings-phone");

        var overflow = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

        Assert.True(overflow <= 1, $"the page is {overflow} px wider than the phone");
    }

    private async Task OpenSettingsAsync()
    {
        await Page.GetByTestId("nav-settings").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("settings")).ToBeVisibleAsync();
    }
}
