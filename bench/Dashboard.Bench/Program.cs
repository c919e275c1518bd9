using System.Globalization;
using System.Runtime.InteropServices;
using Dashboard.Bench;
using Dashboard.Tests.Shared;

// bench [rounds] [--dockerd-only | --ours-only] [--only words]: only the steps whose name has these words
var rounds = args.Select(argument => int.TryParse(argument, CultureInfo.InvariantCulture, out var number) ? number : 0).FirstOrDefault(number => number > 0, 40);
var only = args.SkipWhile(argument => argument != "--only").ElementAtOrDefault(1) ?? "";
var contestants = new List<Contestant>();
try
{
    if (!args.Contains("--ours-only")) contestants.Add(new Contestant("dockerd", await RealDockerd.StartAsync()));
    if (!args.Contains("--dockerd-only")) contestants.Add(new Contestant("ours", await DashboardServer.StartAsync()));
    foreach (var each in contestants)
        (await each.Host.Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();

    var work = new Work(contestants, rounds);
    var follow = new FollowWork(contestants);
    await Step("at rest", work.RestAsync);
    await Step("run, network none", () => work.RunAsync("none"));
    await Step("run, network bridge", () => work.RunAsync("bridge"));
    await Step("start, network none", () => work.StartAsync("none"));
    await Step("start, network bridge", () => work.StartAsync("bridge"));
    await Step("exec", work.ExecAsync);
    await Step("100 containers", work.CrowdAsync);
    await Step("20 at once", work.ConcurrentAsync);
    await Step("200 containers", work.TwoHundredAsync);
    await Step("logs", work.LogsAsync);
    await Step("log follow", follow.LatencyAsync);
    await Step("log flood", follow.FloodAsync);
    await Step("stats", new StatsWork(contestants).RunAsync);
    var network = new NetworkWork(contestants);
    await Step("published port", network.PortAsync);
    await Step("names", network.NamesAsync);
    await Step("images", new ImageWork(contestants).RunAsync);
}
finally
{
    if (contestants.Count > 0) await WriteAsync(contestants);
    foreach (var each in contestants) await each.DisposeAsync();
}

async Task Step(string name, Func<Task> work)
{
    if (!name.Contains(only, StringComparison.Ordinal)) return;
    Console.Error.WriteLine($"… {name}");
    await work();
}

static async Task WriteAsync(List<Contestant> contestants)
{
    var versions = await Task.WhenAll(contestants.Select(async each => $"{each.Name} {await each.Host.Docker.OkAsync("version", "--format", "{{.Server.Version}}")}"));
    var machine = $"{Environment.ProcessorCount} processors, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, Linux {Environment.OSVersion.Version}, {RuntimeInformation.OSArchitecture}, .NET {Environment.Version}";
    var report = $"{machine}; {string.Join(", ", versions)}; load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end.\n\n{Report.Table(contestants[0], contestants.ElementAtOrDefault(1))}";
    Console.WriteLine(report);
    await File.WriteAllTextAsync(Path.Combine(TestPlaces.Artifacts, "bench.md"), report);
    if (contestants.Count == 2) await File.WriteAllTextAsync(Path.Combine(TestPlaces.Artifacts, "bench.svg"), Picture.Draw(Report.Gains(contestants[0], contestants[1])));
}
