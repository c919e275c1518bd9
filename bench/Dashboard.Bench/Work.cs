using System.Diagnostics;
using Dashboard.Tests.Shared;

namespace Dashboard.Bench;

/// <summary>The pieces of work. Each is done by every engine in turn, so that a noisy moment of the machine hits them all.</summary>
internal sealed class Work(IReadOnlyList<Contestant> contestants, int rounds)
{
    private const int Containers = 100;
    private const int LogMegabytes = 64;

    public async Task RunAsync(string network)
    {
        var name = $"create+start+wait+rm, network {network} (ms)";
        for (var i = -3; i < rounds; i++)
        {
            foreach (var each in contestants)
            {
                var time = await TimeAsync(async () =>
                {
                    var id = await each.Client.CreateAsync(TestImages.Busybox, network, "true");
                    await each.Client.StartAsync(id);
                    Expect(0, await each.Client.WaitAsync(id));
                    await each.Client.RemoveAsync(id);
                });
                if (i >= 0) each[name].Add(time);
            }
        }
    }

    public async Task StartAsync(string network)
    {
        var name = $"start alone, network {network} (ms)";
        for (var i = -3; i < rounds; i++)
        {
            foreach (var each in contestants)
            {
                var id = await each.Client.CreateAsync(TestImages.Busybox, network, "sleep", "600");
                var time = await TimeAsync(() => each.Client.StartAsync(id));
                await each.Client.RemoveAsync(id);
                if (i >= 0) each[name].Add(time);
            }
        }
    }

    public async Task ExecAsync()
    {
        var running = new Dictionary<Contestant, string>();
        foreach (var each in contestants)
        {
            running[each] = await each.Client.CreateAsync(TestImages.Busybox, "none", "sleep", "3600");
            await each.Client.StartAsync(running[each]);
        }
        for (var i = -3; i < rounds; i++)
        {
            foreach (var each in contestants)
            {
                var time = await TimeAsync(async () => Expect(0, await each.Client.ExecAsync(running[each], "true")));
                if (i >= 0) each["exec (ms)"].Add(time);
            }
        }
        foreach (var each in contestants) await each.Client.RemoveAsync(running[each]);
    }

    /// <summary>Twenty clients who all run a container in the same moment, over and over.</summary>
    public async Task ConcurrentAsync()
    {
        for (var i = -1; i < 5; i++)
        {
            foreach (var each in contestants)
            {
                var time = await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
                {
                    var id = await each.Client.CreateAsync(TestImages.Busybox, "bridge", "true");
                    await each.Client.StartAsync(id);
                    Expect(0, await each.Client.WaitAsync(id));
                    await each.Client.RemoveAsync(id);
                })));
                if (i >= 0) each["20 runs at once, network bridge (s)"].Add(time / 1000);
            }
        }
    }

    public async Task TwoHundredAsync()
    {
        foreach (var each in contestants)
        {
            var ids = new System.Collections.Concurrent.ConcurrentBag<string>();
            var options = new ParallelOptions { MaxDegreeOfParallelism = 4 };
            each["200 containers, 4 at a time (s)"].Add(await TimeAsync(() => Parallel.ForEachAsync(Enumerable.Range(0, 200), options, async (_, _) =>
            {
                var id = await each.Client.CreateAsync(TestImages.Busybox, "bridge", "sleep", "3600");
                await each.Client.StartAsync(id);
                ids.Add(id);
            })) / 1000);
            each["PSS with 200 idle containers (MiB)"].Add(await SettledMemoryAsync(each));
            await Parallel.ForEachAsync(ids, options, async (id, _) => await each.Client.RemoveAsync(id));
        }
    }

    /// <summary>What engines that do nothing cost.</summary>
    public async Task RestAsync()
    {
        foreach (var each in contestants) each["PSS at rest (MiB)"].Add(await SettledMemoryAsync(each));
    }

    public async Task CrowdAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            foreach (var each in contestants)
            {
                var ids = new System.Collections.Concurrent.ConcurrentBag<string>();
                var options = new ParallelOptions { MaxDegreeOfParallelism = 4 };
                var time = await TimeAsync(() => Parallel.ForEachAsync(Enumerable.Range(0, Containers), options, async (_, _) =>
                {
                    var id = await each.Client.CreateAsync(TestImages.Busybox, "bridge", "sleep", "3600");
                    await each.Client.StartAsync(id);
                    ids.Add(id);
                }));
                each[$"{Containers} containers, 4 at a time (s)"].Add(time / 1000);
                each[$"PSS with {Containers} idle containers (MiB)"].Add(await SettledMemoryAsync(each));
                each[$"processes with {Containers} idle containers"].Add(each.Processes());
                for (var j = 0; j < 10; j++) each[$"list of {Containers} (ms)"].Add(await TimeAsync(async () => Expect(Containers, await each.Client.ListAsync())));
                time = await TimeAsync(() => Parallel.ForEachAsync(ids, options, async (id, _) => await each.Client.RemoveAsync(id)));
                each[$"rm -f of {Containers}, 4 at a time (s)"].Add(time / 1000);
            }
        }
    }

    public async Task LogsAsync()
    {
        var lines = LogMegabytes * (1 << 20) / 80;
        var script = $"yes 0123456789012345678901234567890123456789012345678901234567890123456789012345678 | head -n {lines}";
        for (var i = 0; i < 3; i++)
        {
            foreach (var each in contestants)
            {
                var id = await each.Client.CreateAsync(TestImages.Busybox, "none", "sh", "-c", script);
                var ingest = await TimeAsync(async () =>
                {
                    await each.Client.StartAsync(id);
                    Expect(0, await each.Client.WaitAsync(id));
                });
                long read = 0;
                var back = await TimeAsync(async () => read = await each.Client.ReadLogAsync(id));
                Expect(lines * 80, read);
                each["log ingest (MiB/s)"].Add(LogMegabytes * 1000 / ingest);
                each["log read-back (MiB/s)"].Add(LogMegabytes * 1000 / back);
                await each.Client.RemoveAsync(id);
            }
        }
    }

    // Idle means that nobody is still giving back what the start needed: two readings a few seconds apart that agree.
    private static async Task<double> SettledMemoryAsync(Contestant each)
    {
        var before = double.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(3));
            var now = each.Memory();
            if (now > before * 0.99) return now;
            before = now;
        }
        return before;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static void Expect(long expected, long actual)
    {
        if (expected != actual) throw new InvalidOperationException($"expected {expected}, got {actual}: a wrong answer is not measured");
    }
}
