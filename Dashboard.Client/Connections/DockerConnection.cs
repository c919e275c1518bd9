using Dashboard.Client.Docker;
using Dashboard.Client.Streaming;
using Dashboard.Client.Streaming.Logs;
using Docker.DotNet;
using Microsoft.Extensions.Logging;

namespace Dashboard.Client.Connections;

/// <summary>
/// One endpoint as all tabs share it: the standard client, and the live state that is kept once however many look at it.
/// Feeds run only while somebody subscribes.
/// </summary>
public sealed class DockerConnection : IAsyncDisposable
{
    public DockerConnection(DockerEndpoint endpoint, ILoggerFactory loggers, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Endpoint = endpoint;
        Client = new DockerClientBuilder().WithEndpoint(endpoint.Address).WithTimeout(Timeout.InfiniteTimeSpan).Build();
        Http = DockerHttp.Create(endpoint.Address);
        Events = new EventFeed(Http, loggers.CreateLogger<EventFeed>(), clock);
        Containers = new ContainerStore(Client, Events, loggers.CreateLogger<ContainerStore>(), clock);
        Images = new ImageStore(Client, Events, loggers.CreateLogger<ImageStore>(), clock);
        Stats = new StatsFeed(Client, Http, Containers, loggers.CreateLogger<StatsFeed>(), clock);
        Logs = new LogFeeds(Client, Containers, loggers.CreateLogger<LogFeed>(), clock);
    }

    public DockerEndpoint Endpoint { get; }

    /// <summary>Docker's API, typed. It has no time limit of its own; give every call a token.</summary>
    public IDockerClient Client { get; }

    /// <summary>The same API as text, with the endpoint's root as base address.</summary>
    public HttpClient Http { get; }

    public EventFeed Events { get; }
    public ContainerStore Containers { get; }
    public ImageStore Images { get; }
    public StatsFeed Stats { get; }
    public LogFeeds Logs { get; }

    public async ValueTask DisposeAsync()
    {
        await Logs.DisposeAsync();
        await Stats.DisposeAsync();
        await Images.DisposeAsync();
        await Containers.DisposeAsync();
        await Events.DisposeAsync();
        Client.Dispose();
        Http.Dispose();
    }
}
