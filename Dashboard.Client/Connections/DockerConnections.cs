using Microsoft.Extensions.Logging;

namespace Dashboard.Client.Connections;

/// <summary>The connections of this process, one an endpoint, made when first asked for.</summary>
public sealed class DockerConnections(IDockerEndpoints endpoints, ILoggerFactory loggers, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<DockerEndpoint, DockerConnection> open = [];

    public string? WhyNone => endpoints.WhyNone;

    public IReadOnlyList<DockerEndpoint> Endpoints => endpoints.List();

    /// <summary>The connection of an endpoint, of the first one when no id is given; null when there is none such.</summary>
    public DockerConnection? Find(string? id = null)
    {
        var endpoint = endpoints.List().FirstOrDefault(each => id is null || each.Id == id);
        if (endpoint is null)
            return null;
        lock (gate)
        {
            if (!open.TryGetValue(endpoint, out var connection))
                open[endpoint] = connection = new DockerConnection(endpoint, loggers, clock);
            return connection;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in open.Values)
            await connection.DisposeAsync();
    }
}
