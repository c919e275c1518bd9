using System.Net.Sockets;
using Dashboard.Engine.Api;
using Dashboard.Server.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dashboard.Server.Health;

/// <summary>Well when the bundled engine answers /_ping where the docker CLI would ask it, or when it is not to run here.</summary>
internal sealed class EngineHealth(DashboardOptions options, IServiceProvider services) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!options.RunsEngine)
            return HealthCheckResult.Healthy();
        if (services.GetEngineApiAddresses() is not [var address, ..])
            return HealthCheckResult.Unhealthy("the engine does not listen yet");
        using var client = new HttpClient(Handler(new Uri(address)));
        try
        {
            using var answer = await client.GetAsync(new Uri("http://engine/_ping"), cancellationToken);
            return answer.IsSuccessStatusCode ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"the engine answers {(int)answer.StatusCode}");
        }
        catch (HttpRequestException error)
        {
            return HealthCheckResult.Unhealthy($"the engine does not answer at {address}", error);
        }
    }

    private static SocketsHttpHandler Handler(Uri address) => new()
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var isUnix = address.Scheme == "unix";
            var socket = isUnix ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await (isUnix
                    ? socket.ConnectAsync(new UnixDomainSocketEndPoint(address.AbsolutePath), cancellationToken)
                    : socket.ConnectAsync(address.Host, address.Port, cancellationToken));
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
