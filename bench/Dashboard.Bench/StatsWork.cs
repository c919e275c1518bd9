using Dashboard.Tests.Shared;

namespace Dashboard.Bench;

/// <summary>What it costs an engine to tell the stats of fifty containers, once a second each.</summary>
internal sealed class StatsWork(IReadOnlyList<Contestant> contestants)
{
    private const int Containers = 50;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(20);

    public async Task RunAsync()
    {
        foreach (var each in contestants)
        {
            var ids = new List<string>();
            for (var i = 0; i < Containers; i++)
            {
                ids.Add(await each.Client.CreateAsync(TestImages.Busybox, "bridge", "sleep", "3600"));
                await each.Client.StartAsync(ids[^1]);
            }
            each["stats of 50 containers, a stream each (CPU s per minute)"].Add(await CostAsync(each, ids.Select(id => $"containers/{id}/stats?stream=1")));
            if (each.Host.IsDashboard)
                each["stats of 50 containers, one stream of all (CPU s per minute)"].Add(await CostAsync(each, ["../dashboard/v1/stats"]));
            foreach (var id in ids) await each.Client.RemoveAsync(id);
        }
    }

    private static async Task<double> CostAsync(Contestant each, IEnumerable<string> paths)
    {
        using var end = new CancellationTokenSource();
        var streams = await Task.WhenAll(paths.Select(each.Client.OpenAsync));
        var readers = streams.Select(stream => ReadAsync(stream, end.Token)).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None);
        var before = each.ProcessorSeconds();
        await Task.Delay(s_time, CancellationToken.None);
        var cost = each.ProcessorSeconds() - before;
        await end.CancelAsync();
        foreach (var count in await Task.WhenAll(readers))
        {
            if (count < 1000) throw new InvalidOperationException($"{each.Name}: a stream of stats told {count} bytes");
        }
        return cost / s_time.TotalMinutes;
    }

    private static async Task<long> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using var owned = stream;
        var (buffer, total) = (new byte[64 * 1024], 0L);
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is var count and > 0) total += count;
        }
        catch (OperationCanceledException)
        {
        }
        return total;
    }
}
