using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Packaging;

/// <summary>The product's image, built by a real dockerd from the Dockerfile of this tree, then loaded into our engine.</summary>
public sealed class ProductImageFixture : IAsyncLifetime
{
    public const string Image = "dashboard:under-test";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private DashboardServer? _host;

    internal DashboardServer Host => _host ?? throw new InvalidOperationException("the host did not start");

    public async ValueTask InitializeAsync()
    {
        var work = TestPlaces.NewWorkDirectory("image");
        try
        {
            var archive = Path.Combine(work, "dashboard.tar");
            await BuildAsync(archive);
            _host = await DashboardServer.StartAsync();
            await Patient(_host.Docker.Of("load", "-i", archive));
            // What an engine makes once and keeps is not a leak of the first test.
            (await _host.Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
            await _host.Docker.OkAsync("run", "--rm", TestImages.Busybox, "true");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }

    private static async Task BuildAsync(string archive)
    {
        await using var dockerd = await RealDockerd.StartAsync();
        await StandInImages.MakeAsync(dockerd.Docker);
        await Patient(dockerd.Docker.Of(
            "build", "--network", "none", "-t", Image,
            "--build-arg", "SDK_IMAGE=" + StandInImages.Sdk,
            "--build-arg", "RUNTIME_IMAGE=" + StandInImages.Runtime,
            "--build-arg", "NUGET_SOURCE=" + StandInImages.NugetSource,
            TestPlaces.Repository));
        await Patient(dockerd.Docker.Of("save", "-o", archive, Image));
    }

    private static async Task Patient(Command command) => (await (command with { Limit = s_limit }).RunAsync()).MustSucceed();
}
