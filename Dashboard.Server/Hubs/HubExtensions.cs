using Dashboard.Server.Auth;

namespace Dashboard.Server.Hubs;

/// <summary>The live feeds for other front ends: SignalR, for signed-in users, from pages of this origin.</summary>
internal static class HubExtensions
{
    private const string Root = "/hubs";

    /// <summary>Before the endpoints: refuses what another site's page opens with this user's cookie.</summary>
    public static void UseSameOriginForHubs(this IApplicationBuilder app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal),
        hubs => hubs.Use(async (context, next) =>
        {
            if (SameOrigin.IsSame(context.Request))
            {
                await next(context);
                return;
            }
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("The live feeds are for pages of this server: send its address as Origin.", context.RequestAborted);
        }));

    public static void MapHubs(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHub<LogHub>(Root + "/logs").RequireAuthorization();
        endpoints.MapHub<StatsHub>(Root + "/stats").RequireAuthorization();
        endpoints.MapHub<EventHub>(Root + "/events").RequireAuthorization();
    }
}
