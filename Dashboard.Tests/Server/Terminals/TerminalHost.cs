using System.Net.WebSockets;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Dashboard.Client.Connections;
using Dashboard.Server.Auth;
using Dashboard.Server.Terminals;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Dashboard.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dashboard.Tests.Server.Terminals;

/// <summary>The terminals' endpoint alone, over one engine. Who has the header X-User, or the cookie user, is signed in by that name.</summary>
internal sealed class TerminalHost : IAsyncDisposable
{
    private const string Scheme = "Test";
    private readonly WebApplication app;

    private TerminalHost(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());
    public SessionEnds Sessions => app.Services.GetRequiredService<SessionEnds>();

    /// <param name="page">HTML to serve at /page.</param>
    public static async Task<TerminalHost> StartAsync(string socketPath, string page = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication(Scheme).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(Scheme, null);
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<SessionEnds>();
        builder.Services.AddSingleton<ISessionEnd>(services => services.GetRequiredService<SessionEnds>());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IDockerEndpoints>(new OneEndpoint(new DockerEndpoint("local", "local", new Uri("unix://" + socketPath))));
        builder.Services.AddSingleton<DockerConnections>();
        var app = builder.Build();
        app.UseWebSockets();
        ServeScripts(app);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapTerminals();
        app.MapGet("/page", () => TypedResults.Content(page, "text/html"));
        await app.StartAsync();
        return new TerminalHost(app);
    }

    // The client's files as MapStaticAssets serves them: those of its wwwroot, and the scripts beside its components.
    private static void ServeScripts(WebApplication app)
    {
        var types = new FileExtensionContentTypeProvider { Mappings = { [".mjs"] = "text/javascript" } };
        foreach (var folder in (string[])["wwwroot/lib", "Features"])
        {
            app.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = new PhysicalFileProvider(Path.Combine(TestPlaces.Repository, "Dashboard.Client", folder)),
                RequestPath = "/_content/Dashboard.Client/" + folder.Replace("wwwroot/", "", StringComparison.Ordinal),
                ContentTypeProvider = types,
            });
        }
    }

    public static ClaimsPrincipal Principal(string user) => new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], Scheme));

    /// <summary>Asks as a browser would. Null for <paramref name="origin"/> is this host's own page, for <paramref name="user"/> nobody.</summary>
    public async Task<TerminalClient> OpenAsync(string container, string query = "", string? origin = null, string? user = "admin", string endpoint = "local")
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (origin != "")
            socket.Options.SetRequestHeader("Origin", origin ?? Address.GetLeftPart(UriPartial.Authority));
        if (user is not null)
            socket.Options.SetRequestHeader("X-User", user);
        var client = new TerminalClient(socket);
        var address = new UriBuilder(new Uri(Address, $"/terminals/{endpoint}/{container}{query}")) { Scheme = "ws" }.Uri;
        try
        {
            await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            client.Refused = socket.HttpStatusCode;
        }
        return client;
    }

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private sealed class OneEndpoint(DockerEndpoint endpoint) : IDockerEndpoints
    {
        public string? WhyNone => null;

        public IReadOnlyList<DockerEndpoint> List() => [endpoint];
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            (Request.Headers["X-User"].FirstOrDefault() ?? Request.Cookies["user"]) is { } user ? AuthenticateResult.Success(new AuthenticationTicket(Principal(user), Scheme.Name)) : AuthenticateResult.NoResult());
    }
}
