using System.Text.Json;
using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts;

[CollectionDefinition]
public sealed class BothHosts : ICollectionFixture<DockerdFixture>, ICollectionFixture<DashboardFixture>;

/// <summary>
/// The same request to both engines: every field of Docker's answer has to be in ours, with the same JSON type. Fields
/// that newer versions of the API dropped, or that describe what we do not have, are named here.
/// </summary>
[Collection(typeof(BothHosts))]
public sealed class ShapeTests(DockerdFixture docker, DashboardFixture ours)
{
    private static readonly string[] s_containerFields =
    [
        // How moby keeps things, not what they are.
        "GraphDriver.Data.", "HostConfig.LogConfig.Config", "AppArmorProfile", "HostConfig.KernelMemory", "HostConfig.CpuRealtime",
    ];

    private static readonly string[] s_infoFields =
    [
        "Plugins.", "RegistryConfig.", "Runtimes.", "Swarm.", "ContainerdCommit.", "RuncCommit.", "InitCommit.", "DriverStatus", "SystemStatus",
        "KernelMemory", "ClusterStore", "ClusterAdvertise", "GenericResources", "Warnings",
    ];

    public static TheoryData<string, string[]> Answers => new()
    {
        { "/containers/{running}/json", s_containerFields },
        { "/containers/{exited}/json", s_containerFields },
        { "/containers/json?all=1&size=1", [] },
        { "/containers/{running}/top", [] },
        { "/containers/{running}/stats?stream=0", ["storage_stats.", "blkio_stats.", "memory_stats.stats.", "memory_stats.max_usage", "memory_stats.failcnt", "cpu_stats.cpu_usage.percpu_usage", "precpu_stats."] },
        { "/images/json", ["SharedSize", "VirtualSize", "Containers"] },
        { "/images/busybox:latest/json", ["GraphDriver.Data.", "ContainerConfig", "Container", "VirtualSize", "DockerVersion", "Metadata."] },
        { "/images/busybox:latest/history", [] },
        { "/info", s_infoFields },
        { "/version", ["Components[].Details."] },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Answer_Fields_AreThoseOfDocker(string path, string[] exceptions)
    {
        var theirs = await AskAsync(docker.Host, path);
        var own = await AskAsync(ours.Host, path);

        var missing = theirs.Where(field => !own.TryGetValue(field.Key, out var type) || (type != field.Value && type != JsonValueKind.Null && field.Value != JsonValueKind.Null))
            .Where(field => !exceptions.Any(exception => field.Key.StartsWith(exception, StringComparison.Ordinal)))
            .Select(field => $"{field.Key}: {field.Value}, ours {(own.TryGetValue(field.Key, out var type) ? type.ToString() : "missing")}");

        Assert.Empty(missing);
    }

    private static async Task<Dictionary<string, JsonValueKind>> AskAsync(IDockerHost host, string path)
    {
        var running = await host.Docker.OkAsync("run", "-d", "-p", "80", "-m", "64m", "-l", "a=b", TestImages.Busybox, "sleep", "600");
        var exited = await host.Docker.OkAsync("run", "-d", TestImages.Busybox, "sh", "-c", "exit 3");
        try
        {
            await host.Docker.OkAsync("wait", exited);
            using var wire = await WireConnection.OpenAsync(host.SocketPath);
            await wire.SendAsync("GET", "/v1.41" + path.Replace("{running}", running, StringComparison.Ordinal).Replace("{exited}", exited, StringComparison.Ordinal));
            var text = await wire.ReadTextAsync();
            Assert.True(wire.Status == 200, $"{path}: {wire.Status} {text}");
            var fields = new Dictionary<string, JsonValueKind>();
            Collect(JsonDocument.Parse(text).RootElement, "", fields);
            return fields;
        }
        finally
        {
            await host.Docker.OkAsync("rm", "-f", running, exited);
        }
    }

    // "State.ExitCode" → Number; the elements of an array are one: "Mounts[].Type". True and False are one type.
    private static void Collect(JsonElement element, string path, Dictionary<string, JsonValueKind> fields)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    Collect(property.Value, path.Length == 0 ? property.Name : path + "." + property.Name, fields);
                break;
            case JsonValueKind.Array:
                fields.TryAdd(path, JsonValueKind.Array);
                foreach (var item in element.EnumerateArray()) Collect(item, path + "[]", fields);
                break;
            default:
                fields[path] = element.ValueKind is JsonValueKind.False ? JsonValueKind.True : element.ValueKind;
                break;
        }
    }
}
