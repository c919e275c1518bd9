namespace Dashboard.Server.Health;

/// <summary>Whether the server does its work, told to anybody who asks and in one word.</summary>
internal static class HealthExtensions
{
    public const string Path = "/healthz";

    public static void AddDashboardHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<EngineHealth>("engine", timeout: TimeSpan.FromSeconds(5));

    public static void MapHealth(this IEndpointRouteBuilder endpoints) => endpoints.MapHealthChecks(Path).AllowAnonymous();
}
