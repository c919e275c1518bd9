using Dashboard.Server.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Server.Auth;

/// <summary>Sign-in by cookie over ASP.NET Core Identity. Everything needs a signed-in user unless it says otherwise.</summary>
internal static class AuthExtensions
{
    /// <summary>The cookie of somebody who came by the printed link and has yet to make the admin.</summary>
    public const string SetupScheme = "Dashboard.Setup";
    public const string AdminRole = "Admin";

    public static void AddDashboardAuth(this IServiceCollection services, string dataRoot)
    {
        services.AddSingleton<LoginLinks>();
        services.AddScoped<Accounts>();
        services.AddSingleton<SessionEnds>();
        services.AddSingleton<ISessionEnd>(provider => provider.GetRequiredService<SessionEnds>());
        services.AddAuthentication(options => options.DefaultScheme = IdentityConstants.ApplicationScheme)
            .AddCookie(SetupScheme, options =>
            {
                Harden(options, "dashboard.setup");
                options.ExpireTimeSpan = TimeSpan.FromMinutes(15);
            })
            .AddIdentityCookies(cookies => cookies.ApplicationCookie!.Configure(options =>
            {
                Harden(options, "dashboard.session");
                options.ExpireTimeSpan = TimeSpan.FromDays(14);
                options.SlidingExpiration = true;
                options.LoginPath = "/login";
                options.AccessDeniedPath = "/login";
                options.Events.OnRedirectToLogin = OnRedirectToLogin;
            }));
        services.AddIdentityCore<User>(options =>
            {
                options.Password = new PasswordOptions { RequiredLength = 12, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false, RequiredUniqueChars = 4 };
                options.Lockout.MaxFailedAccessAttempts = 10;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            })
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<UiDbContext>()
            .AddSignInManager();
        services.Configure<SecurityStampValidatorOptions>(options =>
        {
            options.ValidationInterval = TimeSpan.FromMinutes(1);
            options.OnRefreshingPrincipal = KeepSession;
        });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddCascadingAuthenticationState();
        services.AddDataProtection().SetApplicationName("Dashboard").PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(dataRoot, "keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    private static Task KeepSession(SecurityStampRefreshingPrincipalContext context)
    {
        if (context.CurrentPrincipal?.FindFirst(SessionEnds.SessionClaim) is { } session)
            context.NewPrincipal?.Identities.First().AddClaim(session);
        return Task.CompletedTask;
    }

    private static void Harden(CookieAuthenticationOptions options, string name)
    {
        options.Cookie.Name = name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
    }

    // A script or a socket is told 401; only a page is shown the way to the login.
    private static Task OnRedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        var isPage = HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
        if (isPage)
            context.Response.Redirect(context.RedirectUri);
        else
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
