using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Server.Configuration;

/// <summary>Settings that change while the server runs.</summary>
public sealed class LiveSettingsTests : IAsyncLifetime
{
    private readonly string _directory = TestPlaces.NewWorkDirectory("settings");
    private DashboardServer? _server;

    private DashboardServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        Write("one.example:5000");
        _server = await DashboardServer.StartAsync(contentRoot: _directory);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task File_Changed_IsInForceAndAnnounced()
    {
        Assert.Contains("one.example:5000", await RegistriesAsync());
        await using var events = Server.Docker.Start("events", "--since", "1", "--filter", "type=daemon", "--format", "{{.Action}} {{index .Actor.Attributes \"insecure-registries\"}}");
        Write("two.example:5000");

        await events.ExpectAsync("""reload ["two.example:5000"]""");
        Assert.Contains("two.example:5000", await RegistriesAsync());
        Assert.DoesNotContain("one.example:5000", await RegistriesAsync());
    }

    [Fact]
    public async Task File_ChangedToSomethingWrong_IsToldAndNotInForce()
    {
        Write("no/registry");

        await Server.ExpectAsync("The changed settings are not in force: --insecure-registry no/registry is no registry");
        Assert.Contains("one.example:5000", await RegistriesAsync());
    }

    [Fact]
    public async Task Hangup_ReadsAgainAndEndsNothing()
    {
        await Server.SignalAsync("HUP");

        await Server.ExpectAsync("Settings read again");
        Assert.Contains("one.example:5000", await RegistriesAsync());
    }

    private Task<string> RegistriesAsync() => Server.Docker.OkAsync("info", "--format", "{{json .RegistryConfig.IndexConfigs}}");

    private void Write(string insecure) =>
        File.WriteAllText(Path.Combine(_directory, "appsettings.json"), "{ \"Dashboard\": { \"insecure-registry\": \"" + insecure + "\" } }");
}
