using System.Net;
using System.Text.Json;
using Dashboard.Client.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Dashboard.Client.Streaming;

/// <summary>
/// Resource use of all running containers once a second, while somebody looks, with the last five minutes of each kept.
/// It reads the engine's stream of all containers (our extension), or one Docker stream per container where there is none.
/// </summary>
public sealed class StatsFeed : IAsyncDisposable
{
    private const int KeptSamples = 300;
    private readonly HttpClient http;
    private readonly PerContainerStats perContainer;
    private readonly DemandLoop loop;
    private readonly Lock gate = new();
    private Dictionary<string, SampleHistory> histories = [];

    public StatsFeed(IDockerClient client, HttpClient http, ContainerStore containers, ILogger<StatsFeed> logger, TimeProvider clock)
    {
        this.http = http;
        perContainer = new PerContainerStats(client, containers, clock);
        loop = new DemandLoop(Ticked, RunAsync, logger, clock);
    }

    /// <summary>Raised once per reading of all containers. Subscribing keeps the feed alive.</summary>
    public ChangeSignal Ticked { get; } = new();

    public string? Failure => loop.Failure;

    /// <summary>The newest sample of a running container; null when it does not run or was not read yet.</summary>
    public ContainerSample? Latest(string containerId)
    {
        lock (gate)
            return histories.GetValueOrDefault(containerId)?.Latest;
    }

    /// <summary>Samples later than a time, oldest first, at most five minutes of them.</summary>
    public IReadOnlyList<ContainerSample> Since(string containerId, DateTimeOffset after)
    {
        lock (gate)
            return histories.GetValueOrDefault(containerId)?.Since(after) ?? [];
    }

    public ValueTask DisposeAsync() => loop.DisposeAsync();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync("dashboard/v1/stats", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed)
        {
            await perContainer.RunAsync(Take, cancellationToken);
            return;
        }
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var reading in JsonSerializer.DeserializeAsyncEnumerable<List<ContainerStatsResponse>>(stream, topLevelValues: true, cancellationToken: cancellationToken))
        {
            if (reading is not null)
                Take(reading, reading.Select(each => each.ID).OfType<string>().ToHashSet());
        }
    }

    private void Take(IReadOnlyList<ContainerStatsResponse> reading, IReadOnlySet<string> running)
    {
        loop.Works();
        lock (gate)
        {
            var next = histories.Where(each => running.Contains(each.Key)).ToDictionary();
            foreach (var stats in reading)
            {
                if (stats.ID is not { } id)
                    continue;
                if (!next.TryGetValue(id, out var history))
                    next[id] = history = new SampleHistory(KeptSamples);
                history.Add(stats);
            }
            histories = next;
        }
        Ticked.Raise();
    }
}
