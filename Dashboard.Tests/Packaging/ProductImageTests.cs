using System.Text.Json;
using System.Xml.Linq;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Packaging;

/// <summary>The image of the Dockerfile under our own engine: what it says of itself, and that the engine inside it works.</summary>
public sealed class ProductImageTests(ProductImageFixture fixture) : IClassFixture<ProductImageFixture>
{
    private DashboardServer Host => fixture.Host;
    private DockerCli Docker => fixture.Host.Docker;

    [Fact]
    public async Task Image_Configuration_IsComplete()
    {
        var config = JsonDocument.Parse(await Docker.OkAsync("image", "inspect", "-f", "{{json .Config}}", ProductImageFixture.Image)).RootElement;

        Assert.Equal(["/var/lib/dashboard"], config.GetProperty("Volumes").EnumerateObject().Select(volume => volume.Name));
        Assert.Equal(["8080/tcp"], config.GetProperty("ExposedPorts").EnumerateObject().Select(port => port.Name));
        Assert.Equal("SIGTERM", config.GetProperty("StopSignal").GetString());
        Assert.Equal(["CMD", "dotnet", "Dashboard.Server.dll", "healthcheck"], config.GetProperty("Healthcheck").GetProperty("Test").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal("MIT", config.GetProperty("Labels").GetProperty("org.opencontainers.image.licenses").GetString());
        var version = XDocument.Load(Path.Combine(TestPlaces.Repository, "Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.Equal(version, config.GetProperty("Labels").GetProperty("org.opencontainers.image.version").GetString());
    }

    [Fact]
    public async Task Run_Privileged_IsHealthyAndServesTheWebApp()
    {
        var leaks = await LeakCheck.BeginAsync(Host);
        await using (var product = await ProductContainer.StartAsync(Host, "--privileged"))
        {
            Assert.Contains("Healthy", await Docker.OkAsync("exec", product.Id, "dotnet", "Dashboard.Server.dll", "healthcheck"), StringComparison.Ordinal);
            Assert.Equal("200", await StatusAsync(Host.Network.Inside, "127.0.0.1", "/login"));
            Assert.Equal("200", await StatusAsync(Host.Network.Outside, Host.Network.Address, "/login"));
            Assert.Equal("200", await StatusAsync(Host.Network.Inside, "127.0.0.1", "/app.css"));
            Assert.Equal("200", await StatusAsync(Host.Network.Inside, "127.0.0.1", "/_framework/blazor.web.js"));
            // The first sign-in, by the link of the log and the published port.
            Assert.Equal("302", await StatusAsync(Host.Network.Outside, Host.Network.Address, await product.LinkPathAsync()));

            // Nobody reaches its engine any more.
            await Docker.OkAsync("exec", product.Id, "rm", "/run/dashboard/docker.sock");
            var ill = (await Docker.RunAsync("exec", product.Id, "dotnet", "Dashboard.Server.dll", "healthcheck")).MustExit(1);
            Assert.Contains("Unhealthy (503", ill.Stdout, StringComparison.Ordinal);
            Assert.Equal("0", await StoppedCodeAsync(product.Id));
        }
        await leaks.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Run_Privileged_RunsContainersInside()
    {
        var leaks = await LeakCheck.BeginAsync(Host);
        await using (var product = await ProductContainer.StartAsync(Host, "--privileged"))
        {
            var nested = product.Nested;
            (await nested.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();

            Assert.Equal("nested", await nested.OkAsync("run", "--rm", TestImages.Busybox, "echo", "nested"));
            await nested.OkAsync("run", "--rm", TestImages.Busybox, "ping", "-c", "1", "-W", "5", Host.Network.OutsideAddress);
            var inner = await nested.OkAsync("run", "-d", "-m", "64m", "--name", "inner", TestImages.Busybox, "sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done");
            await nested.OkAsync("run", "-d", "--name", "keeper", "--restart", "unless-stopped", TestImages.Busybox, "sleep", "1000");
            Assert.Equal("running", await nested.OkAsync("inspect", "-f", "{{.State.Status}}", inner));
            // Below the outer container, whose limits are so its own too.
            Assert.Contains(HostState.Cgroups(Host.CgroupMark), path => path.Contains(product.Id, StringComparison.Ordinal) && path.EndsWith(inner, StringComparison.Ordinal));

            // The end of the outer one asks the inner one to stop, and the next start finds it as it ended.
            Assert.Equal("0", await StoppedCodeAsync(product.Id));
            await Docker.OkAsync("start", product.Id);
            await product.UntilReadyAsync();
            Assert.Equal("exited 3", await nested.OkAsync("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", inner));
            Assert.Equal("running", await nested.OkAsync("inspect", "-f", "{{.State.Status}}", "keeper"));
            Assert.Equal("again", await nested.OkAsync("run", "--rm", TestImages.Busybox, "echo", "again"));
        }
        await leaks.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Run_WithoutMount_KeepsItsDataInAVolume()
    {
        var leaks = await LeakCheck.BeginAsync(Host);
        var id = await Docker.OkAsync("run", "-d", "--privileged", ProductImageFixture.Image);
        await using (var log = Docker.Start("logs", "-f", id))
        {
            await log.ExpectAsync("Engine     export DOCKER_HOST", TimeSpan.FromSeconds(60));
            await log.SignalAsync("TERM");
            await log.WaitAsync();
        }

        Assert.Equal("volume /var/lib/dashboard", await Docker.OkAsync("inspect", "-f", "{{range .Mounts}}{{.Type}} {{.Destination}}{{end}}", id));
        await Docker.OkAsync("rm", "-f", "-v", id);
        await leaks.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Run_DataInTheContainersOwnLayer_SaysWhatToMount()
    {
        var result = (await Docker.RunAsync("run", "--rm", "--privileged", ProductImageFixture.Image, "--data-root", "/data")).MustExit(1);

        Assert.Contains("overlayfs does not stack on itself", result.AllOutput, StringComparison.Ordinal);
        Assert.Contains("docker run -v dashboard:/data", result.AllOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Unprivileged_ServesTheWebAppWithoutTheEngine()
    {
        await using var product = await ProductContainer.StartAsync(Host);

        Assert.Contains("CAP_SYS_ADMIN", await product.OutputAsync(), StringComparison.Ordinal);
        Assert.Contains("docker run --privileged", await product.OutputAsync(), StringComparison.Ordinal);
        Assert.Equal("200", await StatusAsync(Host.Network.Inside, "127.0.0.1", "/login"));
        Assert.Equal("200", await StatusAsync(Host.Network.Inside, "127.0.0.1", "/healthz"));
    }

    private async Task<string> StoppedCodeAsync(string id)
    {
        await Docker.OkAsync("stop", "-t", "30", id);
        return await Docker.OkAsync("inspect", "-f", "{{.State.ExitCode}}", id);
    }

    private static async Task<string> StatusAsync(IReadOnlyList<string> from, string address, string path) =>
        (await new Command([.. from, "curl", "-sS", "-m", "20", "-o", "/dev/null", "-w", "%{http_code}", $"http://{address}:{ProductContainer.Port}{path}"]).RunAsync()).MustSucceed().Text;
}
