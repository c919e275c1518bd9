using System.Runtime.InteropServices;
using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Events;
using Dashboard.Engine.Images;
using Dashboard.Engine.Images.Registry;
using Dashboard.Engine.Info;
using Dashboard.Engine.Stats;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>The engine itself: ping, version, info, events, and our own extension under /dashboard/v1.</summary>
internal sealed class SystemEndpoints(ISystemService system, IContainerService containers, IImageService images, IRegistryService registries, IEvents events, IStatsService stats, TimeProvider clock) : IEndpoints
{
    private static readonly ApiVersion s_bridgeFilterGone = new(1, 50);

    // When its file was written: the build itself is deterministic and knows no time.
    private static readonly string s_buildTime = GoTime.Format(new DateTimeOffset(File.GetLastWriteTimeUtc(typeof(SystemEndpoints).Assembly.Location)));

    public IEnumerable<Route> Routes =>
    [
        new("GET", "/_ping", RouteState.Built, request => PingAsync(request, "OK")),
        new("HEAD", "/_ping", RouteState.Built, request => PingAsync(request, "")),
        new("GET", "/version", RouteState.Built, VersionAsync),
        new("GET", "/info", RouteState.Built, InfoAsync),
        new("GET", "/events", RouteState.Built, EventsAsync),
        new("GET", "/dashboard/v1/stats", RouteState.Built, AllStatsAsync, "our extension"),
        new("GET", "/dashboard/v1/info", RouteState.Built, request => request.WriteAsync(new DashboardInfo(system.Facts.EngineVersion, system.Facts.RuntimeVersion, system.Facts.CgroupVersion, system.Facts.Warnings)), "our extension"),
    ];

    private static async Task PingAsync(ApiRequest request, string body)
    {
        var headers = request.Response.Headers;
        headers.CacheControl = "no-cache, no-store, must-revalidate";
        headers.Pragma = "no-cache";
        headers["Builder-Version"] = "1";
        headers["Swarm"] = "inactive";
        headers.ContentType = "text/plain; charset=utf-8";
        headers.ContentLength = body.Length;
        await request.Response.WriteAsync(body, request.Aborted);
    }

    private Task VersionAsync(ApiRequest request)
    {
        var facts = system.Facts;
        var arch = facts.Architecture == "aarch64" ? "arm64" : "amd64";
        return request.WriteAsync(new VersionMessage
        {
            Platform = new VersionPlatform("Dashboard"),
            Components =
            [
                new VersionComponent("Engine", facts.EngineVersion, new Dictionary<string, string> { ["ApiVersion"] = ApiVersion.Current.ToString(), ["MinAPIVersion"] = ApiVersion.Minimum.ToString(), ["Arch"] = arch, ["Os"] = "linux", ["KernelVersion"] = facts.KernelVersion, ["GoVersion"] = RuntimeInformation.FrameworkDescription, ["BuildTime"] = s_buildTime, ["Experimental"] = "false" }),
                new VersionComponent("dashboard-runtime", facts.RuntimeVersion, new Dictionary<string, string>()),
            ],
            Version = facts.EngineVersion,
            ApiVersion = ApiVersion.Current.ToString(),
            MinAPIVersion = ApiVersion.Minimum.ToString(),
            GitCommit = "",
            GoVersion = RuntimeInformation.FrameworkDescription,
            Os = "linux",
            Arch = arch,
            KernelVersion = facts.KernelVersion,
            BuildTime = s_buildTime,
        });
    }

    private Task InfoAsync(ApiRequest request)
    {
        var facts = system.Facts;
        var all = containers.List();
        bool Limit(string name) => facts.Limits.GetValueOrDefault(name);
        return request.WriteAsync(new InfoMessage
        {
            ID = facts.EngineId,
            Containers = all.Count,
            ContainersRunning = all.Count(container => container.State.Status is ContainerStatus.Running or ContainerStatus.Restarting),
            ContainersPaused = all.Count(container => container.State.Status is ContainerStatus.Paused),
            ContainersStopped = all.Count(container => !container.State.IsRunning),
            Images = images.List().Count,
            Driver = ContainerView.Driver,
            Plugins = new PluginNames(["local"], ["bridge", "host", "null"], null, ["json-file", "local", "none"]),
            MemoryLimit = Limit("MemoryLimit"),
            SwapLimit = Limit("SwapLimit"),
            CpuCfsPeriod = Limit("CpuCfsPeriod"),
            CpuCfsQuota = Limit("CpuCfsQuota"),
            CPUShares = Limit("CPUShares"),
            CPUSet = Limit("CPUSet"),
            PidsLimit = Limit("PidsLimit"),
            IPv4Forwarding = Limit("IPv4Forwarding"),
            OomKillDisable = Limit("OomKillDisable"),
            BridgeNfIptables = request.Version < s_bridgeFilterGone ? Limit("BridgeNfIptables") : null,
            BridgeNfIp6tables = request.Version < s_bridgeFilterGone ? Limit("BridgeNfIp6tables") : null,
            SystemTime = GoTime.Format(clock.GetUtcNow()),
            LoggingDriver = "json-file",
            CgroupDriver = "cgroupfs",
            CgroupVersion = facts.CgroupVersion,
            KernelVersion = facts.KernelVersion,
            OperatingSystem = facts.OperatingSystem,
            OSVersion = facts.OsVersion,
            Architecture = facts.Architecture,
            NCPU = facts.Cpus,
            MemTotal = facts.MemoryBytes,
            DockerRootDir = facts.DataRoot,
            Name = facts.Hostname,
            RegistryConfig = RegistryView.Of(registries.Settings),
            ServerVersion = facts.EngineVersion,
            Runtimes = new Dictionary<string, RuntimeInfo> { ["dashboard"] = new("dashboard-runtime") },
            DefaultRuntime = "dashboard",
            InitBinary = "dashboard-runtime",
            SecurityOptions = facts.SecurityOptions,
            Warnings = facts.Warnings.Count == 0 ? null : [.. facts.Warnings.Select(warning => "WARNING: " + warning)],
        });
    }

    private async Task EventsAsync(ApiRequest request)
    {
        var filters = new EventFilters(request.Query("filters"));
        long? since = request.Query("since") is { } from ? Timestamps.Parse(from, clock) : null;
        long? until = request.Query("until") is { } to ? Timestamps.Parse(to, clock) : null;
        if (since > until)
            throw EngineException.Invalid($"`since` time ({request.Query("since")}) cannot be after `until` time ({request.Query("until")})");
        await request.BeginStreamAsync();
        await foreach (var e in events.StreamAsync(since, until, request.Aborted))
        {
            if (filters.Include(e))
                await ApiJson.WriteLineAsync(request.Response, Message(e), request.Aborted);
        }
    }

    private static EventMessage Message(EngineEvent e) => new()
    {
        status = e.Type is "container" or "image" ? e.Action : null,
        id = e.Type is "container" or "image" ? e.ActorId : null,
        from = e.Type == "container" ? e.Attributes.GetValueOrDefault("image") : null,
        Type = e.Type,
        Action = e.Action,
        Actor = new EventActor(e.ActorId, e.Attributes),
        scope = "local",
        time = e.TimeNano / 1_000_000_000,
        timeNano = e.TimeNano,
    };

    private async Task AllStatsAsync(ApiRequest request)
    {
        await request.BeginStreamAsync("application/x-ndjson");
        var before = new Dictionary<string, ContainerStats>();
        await foreach (var reading in stats.StreamAllAsync(request.Aborted))
        {
            await ApiJson.WriteLineAsync(request.Response, reading.Select(now => StatsView.Of(now, before.GetValueOrDefault(now.ContainerId))).ToList(), request.Aborted);
            before = reading.ToDictionary(now => now.ContainerId);
        }
    }
}
