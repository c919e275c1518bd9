using Dashboard.Client;
using Dashboard.Client.Connections;
using Dashboard.Client.Layout;
using Dashboard.Client.Preferences;
using Dashboard.Engine;
using Dashboard.Engine.Api;
using Dashboard.Engine.Images.Registry;
using Dashboard.Server.Auth;
using Dashboard.Server.Configuration;
using Dashboard.Server.Health;
using Dashboard.Server.Hubs;
using Dashboard.Server.Images;
using Dashboard.Server.Logs;
using Dashboard.Server.Settings;
using Dashboard.Server.Terminals;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Server.Hosting;

/// <summary>The one composition root: the web app and, unless it is off, the bundled engine with its API.</summary>
internal static class DashboardApplication
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Contains("--help"))
        {
            Console.WriteLine(DashboardOptions.Help);
            return 0;
        }
        if (args is [HealthCommand.Name, .. var rest])
            return await HealthCommand.RunAsync(rest);
        try
        {
            await using var app = Build(args, out var options);
            await app.StartAsync();
            Announce(app, options);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception error) when (error is OptionException or IOException or Engine.Errors.EngineException)
        {
            Console.Error.WriteLine($"Dashboard: {error.Message}");
            return 1;
        }
    }

    /// <exception cref="OptionException">The command line or the place that it names.</exception>
    internal static WebApplication Build(string[] args, out DashboardOptions options)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [], ApplicationName = typeof(DashboardApplication).Assembly.GetName().Name });
        options = DashboardOptions.Parse(args, builder.Configuration);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A start that fails is said in one sentence, by RunAsync.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // It warns that keys lie unencrypted; they lie where only root reads, as every other secret here.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.WebHost.UseUrls(options.Urls);
        // A build that is not published finds its packages' assets by their manifest, in any environment.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(new CommandLine(args));
        if (options.RunsEngine)
            AddEngine(builder.Services, options);
        AddWeb(builder.Services, options);
        var app = builder.Build();
        MapWeb(app);
        return app;
    }

    private static void AddEngine(IServiceCollection services, DashboardOptions options)
    {
        services.AddContainerEngine(new EngineOptions
        {
            DataRoot = options.DataRoot,
            RunRoot = options.RunRoot,
            RuntimeBinary = Path.Combine(AppContext.BaseDirectory, "dashboard-runtime"),
            StopContainersOnExit = options.StopContainers,
            Registry = new RegistryOptions { Mirrors = options.RegistryMirrors, InsecureRegistries = options.InsecureRegistries },
        });
        services.AddEngineApi(new EngineApiOptions { DockerHosts = options.DockerHosts });
        services.AddHostedService<LiveSettings>();
    }

    private static void AddWeb(IServiceCollection services, DashboardOptions options)
    {
        services.AddHostedService<UiStartup>();
        services.AddDbContextFactory<UiDbContext>(database => UiDatabase.Configure(database, options.DataRoot));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<UiDbContext>>().CreateDbContext());
        services.AddSingleton<IPreferenceStore, PreferenceStore>();
        services.AddSingleton<EngineSockets>();
        services.AddSingleton<Endpoints>();
        services.AddSingleton<IDockerEndpoints>(provider => provider.GetRequiredService<Endpoints>());
        services.AddDashboardAuth(options.DataRoot);
        services.AddDashboardHealth();
        services.AddDashboardClient();
        // A streaming invocation may wait for long; what one connection may hold open is bounded.
        services.AddSignalR(hubs => hubs.MaximumParallelInvocationsPerClient = 8);
        services.AddRazorComponents().AddInteractiveServerComponents(circuit =>
        {
            // A tab that does not come back within a minute starts afresh from its URL.
            circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1);
            circuit.DisconnectedCircuitMaxRetained = 20;
            // A circuit that is built anew inside of the old page would meet the old page's scripts: the browser loads it afresh.
            circuit.PersistedCircuitInMemoryMaxRetained = 0;
        });
    }

    private static void MapWeb(WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseWhen(context => HttpMethods.IsGet(context.Request.Method), pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseRequestLocalization(LanguageCookie.RequestOptions);
        app.UseWebSockets();
        app.UseSameOriginForHubs();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealth();
        app.MapAccount();
        app.MapLogDownloads();
        app.MapTerminals();
        app.MapImageUploads();
        app.MapHubs();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null); // SecurityHeaders has a stricter one
    }

    private static void Announce(WebApplication app, DashboardOptions options)
    {
        var token = app.Services.GetRequiredService<LoginLinks>().Issue();
        foreach (var url in app.Urls)
            Console.WriteLine($"Dashboard  {LocalAddress.Of(url)}{AccountEndpoints.EnterPath}?token={token}");
        var endpoints = app.Services.GetRequiredService<Endpoints>();
        Console.WriteLine(options.RunsEngine ? $"Engine     export DOCKER_HOST={app.Services.GetEngineApiAddresses()[0]}" : $"Engine     off. {endpoints.WhyNotBundled}");
        foreach (var other in endpoints.List().Where(each => each.Id != "local"))
            Console.WriteLine($"Also       {other.Name} at {other.Address}");
    }
}
