using System.Collections.Concurrent;
using Dashboard.Client.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Dashboard.Client.Streaming;

/// <summary>
/// Readings of all running containers from an engine that has only Docker's stream per container: a limited number of
/// streams is open at once, merged once a second. Where more containers run than that, each stream ends after a reading and
/// gives its place to the container that has waited longest, so all are read, only less often.
/// </summary>
internal sealed class PerContainerStats(IDockerClient client, ContainerStore containers, TimeProvider clock, int atOnce = PerContainerStats.AtOnce)
{
    /// <summary>dockerd spends about 0.4% of a CPU on each stream.</summary>
    public const int AtOnce = 64;
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    /// <param name="take">Given once a second the newest reading of each running container that has one, and the ids of all that run.</param>
    /// <exception cref="IOException">The list of containers is not to be had.</exception>
    public async Task RunAsync(Action<IReadOnlyList<ContainerStatsResponse>, IReadOnlySet<string>> take, CancellationToken cancellationToken)
    {
        using var keepsTheStore = containers.Changed.Subscribe(() => { });
        using var timer = new PeriodicTimer(s_tick, clock);
        var readings = new ConcurrentDictionary<string, ContainerStatsResponse>();
        var streams = new Dictionary<string, Reader>();
        var turns = new Dictionary<string, long>();
        try
        {
            do
            {
                if (containers.Failure is { } why)
                    throw new IOException(why);
                var running = containers.Items.Where(item => item.IsRunning).Select(item => item.Id).ToHashSet();
                await EndAsync(streams, id => !running.Contains(id));
                foreach (var id in readings.Keys.Where(id => !running.Contains(id)))
                    readings.TryRemove(id, out _);
                Open(streams, turns, running, readings, cancellationToken);
                if (containers.Loaded)
                    take([.. readings.Values], running);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        finally
        {
            await EndAsync(streams, _ => true);
        }
    }

    private void Open(Dictionary<string, Reader> streams, Dictionary<string, long> turns, HashSet<string> running, ConcurrentDictionary<string, ContainerStatsResponse> readings, CancellationToken cancellationToken)
    {
        foreach (var id in turns.Keys.Where(id => !running.Contains(id)).ToList())
            turns.Remove(id);
        var sharing = running.Count > atOnce;
        foreach (var id in running.Where(id => !streams.ContainsKey(id)).OrderBy(id => turns.GetValueOrDefault(id)).Take(atOnce - streams.Count).ToList())
        {
            turns[id] = clock.GetTimestamp();
            streams[id] = Reader.Start(client, id, readings, sharing, cancellationToken);
        }
    }

    private static async Task EndAsync(Dictionary<string, Reader> streams, Func<string, bool> which)
    {
        var ending = streams.Where(each => which(each.Key) || each.Value.Ended).ToList();
        foreach (var (id, reader) in ending)
        {
            streams.Remove(id);
            await reader.DisposeAsync();
        }
    }

    private sealed class Reader : IProgress<ContainerStatsResponse>, IAsyncDisposable
    {
        private readonly CancellationTokenSource stop;
        private readonly string id;
        private readonly ConcurrentDictionary<string, ContainerStatsResponse> readings;
        private readonly bool once;
        private Task reading = Task.CompletedTask;

        private Reader(string id, ConcurrentDictionary<string, ContainerStatsResponse> readings, bool once, CancellationToken cancellationToken)
        {
            stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            this.id = id;
            this.readings = readings;
            this.once = once;
        }

        public bool Ended => reading.IsCompleted;

        public static Reader Start(IDockerClient client, string id, ConcurrentDictionary<string, ContainerStatsResponse> readings, bool once, CancellationToken cancellationToken)
        {
            var reader = new Reader(id, readings, once, cancellationToken);
            reader.reading = reader.ReadAsync(client);
            return reader;
        }

        public void Report(ContainerStatsResponse value)
        {
            // A container that has just stopped is reported with zeros and no time.
            if (value.Read == default || stop.IsCancellationRequested)
                return;
            value.ID = id;
            readings[id] = value;
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await reading;
            stop.Dispose();
        }

        private async Task ReadAsync(IDockerClient client)
        {
            try
            {
                await client.Containers.GetContainerStatsAsync(id, new ContainerStatsParameters { Stream = !once, OneShot = once }, this, stop.Token);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                // Ended by us.
            }
            catch (Exception error) when (error is DockerApiException or HttpRequestException or IOException)
            {
                // It stopped, or the engine has gone; the list of containers says which, and the next tick acts on it.
            }
        }
    }
}
