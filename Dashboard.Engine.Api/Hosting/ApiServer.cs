using Microsoft.AspNetCore.Http.Features;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dashboard.Engine.Api.Hosting;

/// <summary>Kestrel for the Engine API alone, beside the web server of the same process.</summary>
internal sealed partial class ApiServer(EngineApiOptions options, ApiApplication application, IServiceProvider services, ILoggerFactory loggers, ILogger<ApiServer> logger)
    : IHostedService, IAsyncDisposable
{
    private KestrelServer? _server;

    /// <summary>The hosts as they can be put into DOCKER_HOST, with real ports.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var hosts = options.DockerHosts.Select(DockerHost.Parse).ToList();
        _server = new KestrelServer(Options.Create(Configure(hosts)), CreateTransport(), loggers);
        await _server.StartAsync(application, cancellationToken);
        Addresses = ReadAddresses(_server, hosts);
        foreach (var address in Addresses) LogListening(logger, address);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is null) return;
        // Streams (events, logs -f, attach) end first: Kestrel waits for its requests and they would never finish by themselves.
        application.EndStreams();
        await _server.StopAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _server?.Dispose();
        return ValueTask.CompletedTask;
    }

    private KestrelServerOptions Configure(IReadOnlyList<DockerHost> hosts)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        // As dockerd: clients keep a connection for minutes between two calls and fail when it is gone. Not infinite: Kestrel
        // adds that to its clock, the sum overflows, and every idle connection ends with the next second.
        limits.KeepAliveTimeout = TimeSpan.FromDays(365);
        limits.RequestHeadersTimeout = TimeSpan.FromMinutes(5);
        foreach (var host in hosts) Listen(kestrel, host);
        return kestrel;
    }

    private static void Listen(KestrelServerOptions kestrel, DockerHost host)
    {
        if (host.EndPoint is IPEndPoint ip) kestrel.Listen(ip, Common);
        else kestrel.ListenUnixSocket(host.EndPoint.ToString()!, Common);

        void Common(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1;
            if (!host.IsUnix) Use(listen, TcpListener.RunAsync);
            Use(listen, HijackableConnection.RunAsync);
        }
    }

    private static void Use(ListenOptions listen, Func<ConnectionContext, ConnectionDelegate, Task> middleware) =>
        listen.Use(next => connection => middleware(connection, next));

    private SocketTransportFactory CreateTransport() => new(
        Options.Create(new SocketTransportOptions { CreateBoundListenSocket = endPoint => ListenSockets.Bind(endPoint, options.SocketGroup) }),
        loggers);

    private static List<string> ReadAddresses(KestrelServer server, IReadOnlyList<DockerHost> hosts)
    {
        var bound = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Where(address => !address.Contains("unix:", StringComparison.Ordinal));
        return [.. hosts.Where(host => host.IsUnix).Select(host => host.Text), .. bound.Select(address => address.Replace("http://", "tcp://", StringComparison.Ordinal))];
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Engine API listens on {Address}")]
    private static partial void LogListening(ILogger logger, string address);
}
