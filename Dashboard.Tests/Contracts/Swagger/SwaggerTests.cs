using System.Text.Json;
using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts.Swagger;

/// <summary>Debian's dockerd ends at API 1.41; what we say above it is held against the published shapes.</summary>
[Collection(typeof(DashboardHost))]
public sealed class SwaggerTests(DashboardFixture fixture) : CliTest(fixture)
{
    public static TheoryData<string, string> Answers => new()
    {
        { "/containers/{running}/json?size=1", "ContainerInspectResponse" },
        { "/containers/{exited}/json", "ContainerInspectResponse" },
        { "/containers/json?all=1&size=1", "[ContainerSummary]" },
        { "/containers/{running}/stats?stream=0", "ContainerStatsResponse" },
        { "/containers/{running}/top", "ContainerTopResponse" },
        { "/containers/{exited}/changes", "[FilesystemChange]" },
        { "/exec/{exec}/json", "Answer.exec_id_json" },
        { "/images/busybox:latest/json", "ImageInspect" },
        { "/images/json?shared-size=1", "[ImageSummary]" },
        { "/images/busybox:latest/history", "[ImageHistoryResponseItem]" },
        { "/networks", "[Network]" },
        { "/networks/front", "Network" },
        { "/volumes", "VolumeListResponse" },
        { "/volumes/data", "Volume" },
        { "/info", "SystemInfo" },
        { "/version", "SystemVersion" },
        { "/system/df", "Answer.system_df" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Answer_OfTheNewestVersion_HasItsShape(string path, string shape)
    {
        await Docker.OkAsync("network", "create", "--subnet", "10.97.0.0/24", "--ip-range", "10.97.0.128/25", "--aux-address", "a=10.97.0.2", "--label", "a=b", "front");
        await Docker.OkAsync("volume", "create", "--label", "a=b", "data");
        var running = await Docker.OkAsync(
            "run", "-d", "--network", "front", "-p", "80", "-p", "127.0.0.1:8099:81/udp", "-v", "data:/data", "-v", "/tmp:/host:ro", "--tmpfs", "/scratch", "-m", "64m", "--cpus", "0.5",
            "--ulimit", "nofile=100:200", "--device", "/dev/null:/dev/nothing", "--restart", "on-failure:3", "--health-cmd", "true", "--health-interval", "1s",
            "--add-host", "a:10.0.0.1", "--label", "a=b", "--init", "--sysctl", "net.ipv4.ip_forward=1", "--security-opt", "no-new-privileges", TestImages.Busybox, "sleep", "600");
        var exited = await Docker.OkAsync("run", "-d", TestImages.Busybox, "sh", "-c", "touch /file; exit 3");
        await Docker.OkAsync("wait", exited);
        var exec = await CreateExecAsync(running);
        try
        {
            var (status, text) = await CallAsync("GET", "/v1.51" + path.Replace("{running}", running, StringComparison.Ordinal).Replace("{exited}", exited, StringComparison.Ordinal).Replace("{exec}", exec, StringComparison.Ordinal));
            Assert.True(status == 200, $"{path}: {status} {text}");
            Assert.Empty(AnswerShapes.Faults(JsonDocument.Parse(text).RootElement, shape));
        }
        finally
        {
            await Docker.OkAsync("rm", "-f", "-v", running, exited);
            await Docker.OkAsync("volume", "rm", "data");
            await Docker.OkAsync("network", "rm", "front");
        }
    }

    private async Task<string> CreateExecAsync(string container)
    {
        var (_, text) = await CallAsync("POST", $"/v1.51/containers/{container}/exec", """{"Cmd":["true"],"AttachStdout":true}""");
        return JsonDocument.Parse(text).RootElement.GetProperty("Id").GetString()!;
    }
}
