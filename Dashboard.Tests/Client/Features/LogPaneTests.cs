using System.Text;
using Bunit;
using Dashboard.Client.Connections;
using Dashboard.Client.Features.Containers.Logs;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Client.Features;

public sealed class LogPaneTests : BunitContext, IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private FakeDockerApi _api = null!;
    private FakeContainer _box = null!;
    private DockerConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        var module = JSInterop.SetupModule("./_content/Dashboard.Client/Features/Containers/Logs/LogPane.razor.js");
        module.SetupModule("attach", _ => true).Mode = JSRuntimeMode.Loose;
        MemoryPreferences.AddTo(Services);
        _api = await FakeDockerApi.StartAsync();
        _box = _api.Add(new FakeContainer("box"));
        _connection = TestConnection.To(_api);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsyncCore();
        await _connection.DisposeAsync();
        await _api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Lines_AsTheyCome_AreShownWithoutExistingOnesAbove()
    {
        for (var number = 1; number <= 500; number++) _box.Log.Write($"line {number}");
        var pane = Pane();

        pane.WaitForAssertion(() => Assert.Contains("line 500", Text(pane)), s_limit);
        Assert.DoesNotContain("line 100<", pane.Markup);
        Assert.InRange(pane.FindAll(".log-row").Count, 10, 80);
        _box.Log.Write("line 501");
        pane.WaitForAssertion(() => Assert.Contains("line 501", Text(pane)), s_limit);
        Assert.Contains("501 lines", pane.Find("[data-testid=log-count]").TextContent);
    }

    [Fact]
    public void Line_OfStderrAndHostile_IsMarkedAndEncoded()
    {
        _box.Log.Write("\u001b[31m<img src=x onerror=alert(1)>\u001b[0m", error: true);
        _box.Log.Write("<script>plain</script>");
        var pane = Pane();

        pane.WaitForAssertion(() => Assert.Equal(2, pane.FindAll(".log-row").Count), s_limit);
        Assert.Single(pane.FindAll(".log-row.err"));
        Assert.Empty(pane.FindAll("img, script"));
        Assert.Contains("<img src=x onerror=alert(1)>", Text(pane));
    }

    [Fact]
    public async Task ScrolledUp_NewLines_AreCountedAndNothingMoves()
    {
        for (var number = 1; number <= 500; number++) _box.Log.Write($"line {number}");
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.Contains("line 500", Text(pane)), s_limit);

        await pane.InvokeAsync(() => pane.Instance.Moved(2000, 400, false));
        var before = Text(pane);
        for (var number = 501; number <= 620; number++) _box.Log.Write($"line {number}");

        pane.WaitForAssertion(() => Assert.Equal("120 new lines ↓", pane.Find("[data-testid=log-latest]").TextContent), s_limit);
        Assert.Contains("line 101", before);
        Assert.Equal(before, Text(pane));
        await pane.Find("[data-testid=log-latest]").ClickAsync();
        Assert.Contains("line 620", Text(pane));
        Assert.Empty(pane.FindAll("[data-testid=log-latest]"));
    }

    [Fact]
    public void Search_Text_ShowsMatchesAndTheirNumber()
    {
        for (var number = 1; number <= 100; number++) _box.Log.Write($"line {number}");
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.Contains("line 100", Text(pane)), s_limit);

        pane.Find("[data-testid=log-search]").Input("LINE 9");

        Assert.Equal("11 of 100 lines", pane.Find("[data-testid=log-count]").TextContent);
        Assert.Equal(11, pane.FindAll(".log-row mark").Count);
        pane.Find("[data-testid=log-search]").Input("<nowhere>");
        Assert.Equal("No line contains “<nowhere>”.", pane.Find("[data-testid=log-empty]").TextContent);
    }

    [Fact]
    public void Clear_AndTimestamps_ChangeTheView()
    {
        _box.Log.Write("old");
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.Contains("old", Text(pane)), s_limit);
        pane.Find("[data-testid=log-timestamps]").Click();
        Assert.Matches(@"^\d\d-\d\d \d\d:\d\d:\d\d\.\d\d\d$", pane.WaitForElement(".log-row time", s_limit).TextContent);

        pane.Find("[data-testid=log-clear]").Click();

        Assert.Equal("Cleared. New lines appear here.", pane.WaitForElement("[data-testid=log-empty]", s_limit).TextContent);
        _box.Log.Write("new");
        pane.WaitForAssertion(() => Assert.Contains("new", Text(pane)), s_limit);
        Assert.DoesNotContain("old", Text(pane));
    }

    [Fact]
    public void Container_LoggedNothing_SaysSo()
    {
        var pane = Pane();

        pane.WaitForAssertion(() => Assert.Contains("Nothing logged yet", pane.Find("[data-testid=log-empty]").TextContent), s_limit);
        _api.Stop(_box);
        pane.WaitForAssertion(() => Assert.Contains("not running and has logged nothing", pane.Find("[data-testid=log-empty]").TextContent), s_limit);
    }

    [Fact]
    public void Container_Stopped_KeepsItsLinesAndSaysSo()
    {
        _box.Log.Write("last words");
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.Contains("last words", Text(pane)), s_limit);

        _api.Stop(_box);

        pane.WaitForElement("[data-testid=log-ended]", s_limit);
        Assert.Contains("last words", Text(pane));
    }

    [Fact]
    public async Task Engine_Away_SaysSoAndKeepsTheLines()
    {
        _box.Log.Write("one");
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.Contains("one", Text(pane)), s_limit);

        await _api.GoAwayAsync();

        pane.WaitForElement("[data-testid=log-failure]", s_limit);
        Assert.Contains("one", Text(pane));
    }

    [Fact]
    public void Flood_MoreThanIsKept_SaysHowManyAreSkipped()
    {
        var line = Encoding.UTF8.GetBytes("x\n");
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.Equal(1, _box.Log.Followers), s_limit);
        for (var number = 0; number < 12_345; number++) _box.Log.Write(line);

        pane.WaitForAssertion(() => Assert.StartsWith("2,345 lines skipped", pane.Find("[data-testid=log-skipped]").TextContent), s_limit);
        Assert.InRange(pane.FindAll(".log-row").Count, 10, 80);
    }

    [Fact]
    public async Task Pane_InactiveOrGone_FollowsNothing()
    {
        var pane = Pane();
        var feed = _connection.Logs.Of(_box.Id);
        pane.WaitForAssertion(() => Assert.Equal(1, feed.Changed.Subscribers), s_limit);
        pane.Render(parameters => parameters.Add(each => each.Active, false));
        Assert.Equal(0, feed.Changed.Subscribers);
        pane.Render(parameters => parameters.Add(each => each.Active, true));
        Assert.Equal(1, feed.Changed.Subscribers);

        await DisposeComponentsAsync();

        Assert.Equal(0, feed.Changed.Subscribers);
    }

    [Fact]
    public void Download_Address_NamesEndpointAndContainer() => Assert.Equal($"logs/fake/{_box.Id}", Pane().Find("[data-testid=log-download]").GetAttribute("href"));

    private IRenderedComponent<LogPane> Pane() => Render<LogPane>(parameters => parameters.Add(each => each.Connection, _connection).Add(each => each.ContainerId, _box.Id));

    private static string Text(IRenderedComponent<LogPane> pane) => string.Join('\n', pane.FindAll(".log-row").Select(row => row.TextContent.Trim()));
}
