using System.Text.RegularExpressions;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Packaging;

/// <summary>Dashboard in a container of Dashboard, its data-root and run-root on the host's file system.</summary>
internal sealed partial class ProductContainer : IAsyncDisposable
{
    public const int Port = 18080;
    private readonly string _work;
    private readonly DashboardServer _host;

    private ProductContainer(DashboardServer host, string work, string id, DockerCli nested)
    {
        (_host, _work, Id, Nested) = (host, work, id, nested);
    }

    public string Id { get; }

    /// <summary>The client of the engine inside.</summary>
    public DockerCli Nested { get; }

    public async Task<string> OutputAsync() => (await _host.Docker.RunAsync("logs", Id)).AllOutput;

    /// <summary>The login link as it is printed inside, which is the way in from outside with another port.</summary>
    public async Task<string> LinkPathAsync() => LinkPattern().Matches(await OutputAsync())[^1].Groups[1].Value;

    /// <param name="options">Of <c>docker run</c>, such as <c>--privileged</c>.</param>
    public static async Task<ProductContainer> StartAsync(DashboardServer host, params string[] options)
    {
        var work = TestPlaces.NewWorkDirectory("nested");
        var run = Path.Combine(work, "run");
        var id = await host.Docker.OkAsync(
        [
            "run", "-d", "-p", $"{Port}:8080", "-v", Path.Combine(work, "data") + ":/var/lib/dashboard", "-v", run + ":/run/dashboard", .. options, ProductImageFixture.Image,
        ]);
        var container = new ProductContainer(host, work, id, new DockerCli(await DebianPackages.DockerClientAsync(), Path.Combine(run, "docker.sock"), []));
        await container.UntilReadyAsync();
        return container;
    }

    /// <summary>It says so in its last line.</summary>
    public async Task UntilReadyAsync()
    {
        await using var log = _host.Docker.Start("logs", "-f", "--since", await _host.Docker.OkAsync("inspect", "-f", "{{.State.StartedAt}}", Id), Id);
        await log.ExpectAsync("Engine     ", TimeSpan.FromSeconds(60));
        await log.SignalAsync("TERM");
        await log.WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.Docker.RunAsync("rm", "-f", Id);
        Directory.Delete(_work, recursive: true);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:8080(/enter\?token=\S+)")]
    private static partial Regex LinkPattern();
}
