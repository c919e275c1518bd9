using Bunit;
using Dashboard.Client.Features.Containers.Terminal;
using Dashboard.Tests.Shared;
using Microsoft.JSInterop;

namespace Dashboard.Tests.Client.Features.Containers.Terminal;

public sealed class TerminalPaneTests : IAsyncLifetime
{
    private readonly BunitContext context = new();
    private readonly BunitJSModuleInterop script;

    public TerminalPaneTests()
    {
        MemoryPreferences.AddTo(context.Services);
        script = context.JSInterop.SetupModule("./_content/Dashboard.Client/Features/Containers/Terminal/TerminalPane.razor.js");
        script.Mode = JSRuntimeMode.Loose;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => context.DisposeAsync();

    [Fact]
    public void Render_ShownAndRunning_OpensTheContainersTerminal()
    {
        var pane = Render(active: true, running: true);

        Assert.Equal("terminals/local/0123456789ab", Assert.Single(script.Invocations["open"]).Arguments[2]);
        Assert.Equal("opening", State(pane));
    }

    [Fact]
    public async Task Opened_Pane_SaysHowToLeaveIt()
    {
        var pane = Render(active: true, running: true);

        await pane.Instance.OpenedAsync();

        Assert.Equal("open", State(pane));
        Assert.Contains("leaves the terminal", pane.Find("[role=status]").TextContent);
        Assert.Contains("leaves it", pane.Find("section").GetAttribute("aria-label"));
    }

    [Fact]
    public void Render_Hidden_OpensNothingUntilItIsShown()
    {
        var pane = Render(active: false, running: true);
        Assert.Empty(script.Invocations["open"]);

        Set(pane, active: true, running: true);

        Assert.Single(script.Invocations["open"]);
    }

    [Fact]
    public async Task Tab_HiddenAndShownAgain_KeepsTheSession()
    {
        var pane = Render(active: true, running: true);
        await pane.Instance.OpenedAsync();

        Set(pane, active: false, running: true);
        Set(pane, active: true, running: true);

        Assert.Single(script.Invocations["open"]);
        Assert.Single(script.Invocations["show"]);
        Assert.Empty(script.Invocations["close"]);
    }

    [Fact]
    public void NotRunning_Pane_SaysSoAndOpensWhenItRuns()
    {
        var pane = Render(active: true, running: false);
        Assert.Contains("not running", pane.Find("[data-testid=terminal-not-running]").TextContent);
        Assert.True(pane.Find(".terminal-screen").HasAttribute("hidden"));
        Assert.Empty(script.Invocations["open"]);

        Set(pane, active: true, running: true);

        Assert.Empty(pane.FindAll("[data-testid=terminal-not-running]"));
        Assert.Single(script.Invocations["open"]);
    }

    [Fact]
    public async Task Exit_Shell_SaysTheCodeAndStartsAgainOnRequest()
    {
        var pane = Render(active: true, running: true);

        await pane.Instance.EndedAsync(7, false, null, null);
        Assert.Contains("code 7", pane.Find("[data-testid=terminal-ended]").TextContent);
        pane.Find("[data-testid=terminal-again]").Click();

        Assert.Equal("opening", State(pane));
        Assert.Equal("terminals/local/0123456789ab", Assert.Single(script.Invocations["start"]).Arguments[1]);
        Assert.Single(script.Invocations["open"]);
    }

    [Fact]
    public async Task Container_StopsAndStarts_OpensANewShellByItself()
    {
        var pane = Render(active: true, running: true);
        await pane.Instance.EndedAsync(137, true, null, null);
        Set(pane, active: true, running: false);
        Assert.Contains("stopped", pane.Find("[data-testid=terminal-ended]").TextContent);
        Assert.Empty(pane.FindAll("[data-testid=terminal-again]"));
        Assert.False(pane.Find(".terminal-screen").HasAttribute("hidden"));

        Set(pane, active: true, running: true);

        Assert.Single(script.Invocations["start"]);
    }

    [Fact]
    public async Task NoShell_Image_SaysSoWithTheEnginesWords()
    {
        var pane = Render(active: true, running: true);

        await pane.Instance.EndedAsync(null, false, "noShell", "exec: \"sh\": <b>not found</b>");

        Assert.Contains("has no shell", pane.Find("[data-testid=terminal-ended]").TextContent);
        Assert.Equal("exec: \"sh\": <b>not found</b>", pane.Find("details code").TextContent);
        Assert.Empty(pane.FindAll("b"));
    }

    [Theory]
    [InlineData("notFound")]
    [InlineData("notRunning")]
    [InlineData("signedOut")]
    [InlineData("stopping")]
    [InlineData("tooLarge")]
    [InlineData("lost")]
    [InlineData("engine")]
    public async Task Error_Kind_HasItsOwnWords(string kind)
    {
        var pane = Render(active: true, running: true);

        await pane.Instance.EndedAsync(null, false, kind, null);

        Assert.NotEmpty(pane.Find("[data-testid=terminal-ended]").TextContent);
        Assert.Empty(pane.FindAll("details"));
    }

    [Fact]
    public void Script_Fails_SaysSo()
    {
        script.SetupVoid("open", _ => true).SetException(new JSException("no canvas"));

        var pane = Render(active: true, running: true);

        Assert.Contains("could not be loaded", pane.Find("[data-testid=terminal-ended]").TextContent);
        Assert.Equal("no canvas", pane.Find("details code").TextContent);
    }

    [Fact]
    public void OtherContainer_SamePane_ClosesTheFirst()
    {
        var pane = Render(active: true, running: true);

        pane.Render(parameters => parameters.Add(each => each.ContainerId, "fedcba987654"));

        Assert.Single(script.Invocations["close"]);
        Assert.Equal("terminals/local/fedcba987654", script.Invocations["open"][^1].Arguments[2]);
    }

    [Fact]
    public async Task Dispose_Pane_ClosesItsTerminal()
    {
        Render(active: true, running: true);

        await context.DisposeComponentsAsync();

        Assert.Single(script.Invocations["close"]);
    }

    private IRenderedComponent<TerminalPane> Render(bool active, bool running) => context.Render<TerminalPane>(parameters => parameters
        .Add(pane => pane.Endpoint, "local")
        .Add(pane => pane.ContainerId, "0123456789ab")
        .Add(pane => pane.Active, active)
        .Add(pane => pane.Running, running));

    private static void Set(IRenderedComponent<TerminalPane> pane, bool active, bool running) =>
        pane.Render(parameters => parameters.Add(each => each.Active, active).Add(each => each.Running, running));

    private static string? State(IRenderedComponent<TerminalPane> pane) => pane.Find("[data-testid=terminal]").GetAttribute("data-state");
}
