using Dashboard.Engine;
using Dashboard.Engine.Api;
using Dashboard.Server.Configuration;

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

    private static WebApplication Build(string[] args, out DashboardOptions options)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [] });
        options = DashboardOptions.Parse(args, builder.Configuration);
        builder.WebHost.UseUrls(options.Urls);
        if (options.Engine && Environment.IsPrivilegedProcess)
        {
            builder.Services.AddContainerEngine(new EngineOptions
            {
                DataRoot = options.DataRoot,
                RunRoot = options.RunRoot,
                RuntimeBinary = Path.Combine(AppContext.BaseDirectory, "dashboard-runtime"),
            });
            builder.Services.AddEngineApi(new EngineApiOptions { DockerHosts = options.DockerHosts });
        }
        var app = builder.Build();
        app.MapGet("/", () => "Dashboard");
        return app;
    }

    private static void Announce(WebApplication app, DashboardOptions options)
    {
        foreach (var url in app.Urls)
            Console.WriteLine($"Dashboard  {url}");
        if (!options.Engine)
            Console.WriteLine("Engine     off (--engine off)");
        else if (!Environment.IsPrivilegedProcess)
            Console.WriteLine("Engine     off: it needs root (namespaces, cgroups, mounts). Start with sudo.");
        else
            Console.WriteLine($"Engine     export DOCKER_HOST={app.Services.GetEngineApiAddresses()[0]}");
    }
}
