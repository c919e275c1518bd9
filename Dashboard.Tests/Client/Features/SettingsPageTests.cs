using AngleSharp.Dom;
using Bunit;
using Dashboard.Client.Features.Settings;
using Dashboard.Client.Layout;
using Dashboard.Client.Preferences;
using Dashboard.Tests.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Client.Features;

public sealed class SettingsPageTests : BunitContext
{
    private readonly MemoryPreferences _stored;

    public SettingsPageTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        _stored = MemoryPreferences.AddTo(Services);
    }

    private UserPreferences Preferences => Services.GetRequiredService<UserPreferences>();

    [Fact]
    public async Task Choices_Stored_AreShown()
    {
        _stored.Values["theme"] = "light";
        _stored.Values["rows"] = "compact";
        _stored.Values["containers.hidden"] = "Ports, Memory";
        _stored.Values["logs.lines"] = "5000";

        var page = await PageAsync();

        Assert.Equal(["theme-light", "rows-compact", "language-auto", "log-lines-5000"], Chosen(page, "input[type=radio]"));
        Assert.Equal(["column-state", "column-image", "column-cpu", "column-status"], Chosen(page, "input[type=checkbox]"));
    }

    [Fact]
    public async Task Choice_Made_IsInForceStoredAndSaid()
    {
        var page = await PageAsync();

        await ChooseAsync(page, "theme-contrast", "contrast");
        await ChooseAsync(page, "rows-compact", "compact");
        await ChooseAsync(page, "column-ports", false);
        await ChooseAsync(page, "log-lines-100", "100");
        await ChooseAsync(page, "log-timestamps-default", true);

        Assert.Equal(new Choices { Theme = Themes.Contrast, CompactRows = true, HiddenColumns = ContainerColumns.Ports, LogLines = 100, LogTimestamps = true }, Preferences.Current);
        Assert.Equal(Preferences.Current, Choices.From(_stored.Values));
        page.WaitForAssertion(() => Assert.Equal("Saved", page.Find("[data-testid=settings-note]").TextContent));
    }

    [Fact]
    public async Task Language_Chosen_LoadsThePageAgainByWayOfTheCookie()
    {
        var page = await PageAsync();

        await ChooseAsync(page, "language-ko", "ko");

        Assert.Equal("ko", _stored.Values["language"]);
        Assert.EndsWith("/account/language?returnUrl=%2Fsettings%23language", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_Refusing_SaysThatTheChoiceHoldsHereOnly()
    {
        var page = await PageAsync();
        _stored.Refusal = "database or disk is full";

        await ChooseAsync(page, "theme-dark", "dark");

        page.WaitForAssertion(() => Assert.Contains("database or disk is full", page.Find("[data-testid=settings-failure]").TextContent, StringComparison.Ordinal));
        Assert.Equal(Themes.Dark, Preferences.Current.Theme);

        _stored.Refusal = null;
        await ChooseAsync(page, "rows-compact", "compact");

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=settings-failure]")));
        Assert.Equal("dark", _stored.Values["theme"]);
    }

    [Fact]
    public async Task ThemeButton_Pressed_ShowsInTheSettingsToo()
    {
        var page = await PageAsync();

        Render<ThemeButton>().Find("button").Click();

        page.WaitForAssertion(() => Assert.Contains("theme-dark", Chosen(page, "input[type=radio]")));
    }

    [Fact]
    public void Stored_ValuesOfAnotherVersion_CountAsNone()
    {
        var stored = new Dictionary<string, string> { ["theme"] = "sepia", ["language"] = "xx", ["rows"] = "huge", ["containers.hidden"] = "Colour", ["logs.lines"] = "7", ["logs.timestamps"] = "maybe", ["other"] = "1" };

        Assert.Equal(Choices.Default, Choices.From(stored));
    }

    private async Task<IRenderedComponent<SettingsPage>> PageAsync()
    {
        await Preferences.LoadAsync();
        return Render<SettingsPage>();
    }

    // On the circuit, where no render comes between the finding of an element and the event on it.
    private static Task ChooseAsync<T>(IRenderedComponent<SettingsPage> page, string input, T value) =>
        page.InvokeAsync(() => page.Find($"[data-testid={input}]").ChangeAsync(value));

    private static IEnumerable<string?> Chosen(IRenderedComponent<SettingsPage> page, string inputs) =>
        page.FindAll(inputs).Where(input => input.HasAttribute("checked")).Select(input => input.GetAttribute("data-testid"));
}
