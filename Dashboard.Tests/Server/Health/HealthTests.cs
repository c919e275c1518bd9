using System.Net;
using Dashboard.Server.Health;

namespace Dashboard.Tests.Server.Health;

/// <summary>What /healthz and the healthcheck command say; an engine that does not answer is in the tests of the image.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Healthz_SignedOut_AnswersInOneWord()
    {
        await using var app = await WebApp.StartAsync();
        using var browser = app.NewBrowser();

        var response = await browser.GetAsync(HealthExtensions.Path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Healthy", await response.Content.ReadAsStringAsync());
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Command_RunningServer_EndsWithZero()
    {
        await using var app = await WebApp.StartAsync();

        Assert.Equal(0, await HealthCommand.RunAsync(["--urls", $"https://example.invalid:1;http://0.0.0.0:{app.Address.Port}"]));
    }

    [Fact]
    public async Task Command_NobodyListens_EndsWithOne()
    {
        string closed;
        await using (var app = await WebApp.StartAsync()) closed = app.Address.ToString();

        Assert.Equal(1, await HealthCommand.RunAsync(["--urls", closed]));
    }

    [Theory]
    [InlineData("--urls", "nothing")]
    [InlineData("--nonsense", "x")]
    public async Task Command_WrongOptions_EndsWithOne(params string[] args) => Assert.Equal(1, await HealthCommand.RunAsync(args));
}
