using System.Security.Claims;
using Dashboard.Server.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using SignInResult = Microsoft.AspNetCore.Identity.SignInResult;

namespace Dashboard.Server.Auth;

/// <summary>
/// Where the account forms post to. The pages are the client's; these answer with a redirect and name what went wrong by
/// a code in the query, which the page puts into words.
/// </summary>
internal static class AccountEndpoints
{
    public const string EnterPath = "/enter";

    public static void MapAccount(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(EnterPath, EnterAsync).AllowAnonymous();
        endpoints.MapPost("/account/login", LoginAsync).AllowAnonymous();
        endpoints.MapPost("/account/setup", SetupAsync).AllowAnonymous();
        endpoints.MapPost("/account/logout", LogoutAsync);
        endpoints.MapGet("/account/language", LanguageAsync);
    }

    private static async Task<RedirectHttpResult> EnterAsync(string? token, HttpContext context, LoginLinks links, Accounts accounts, SignInManager<User> signIn)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!links.Redeem(token))
            return TypedResults.LocalRedirect(signIn.IsSignedIn(context.User) ? "~/" : "~/login?problem=link");
        if (await accounts.FirstAdminAsync() is { } admin)
        {
            await SignInAsync(signIn, admin);
            return TypedResults.LocalRedirect("~/");
        }
        await context.SignInAsync(AuthExtensions.SetupScheme, new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "setup")], AuthExtensions.SetupScheme)));
        return TypedResults.LocalRedirect("~/setup");
    }

    private static async Task<RedirectHttpResult> LoginAsync([FromForm] string? user, [FromForm] string? password, [FromForm] string? returnUrl, SignInManager<User> signIn)
    {
        var known = await signIn.UserManager.FindByNameAsync(user ?? "");
        var result = known is null ? SignInResult.Failed : await signIn.CheckPasswordSignInAsync(known, password ?? "", lockoutOnFailure: true);
        if (result.Succeeded)
        {
            await SignInAsync(signIn, known!);
            return TypedResults.LocalRedirect(IsLocal(returnUrl) ? "~" + returnUrl : "~/");
        }
        return TypedResults.LocalRedirect($"~/login?problem={(result.IsLockedOut ? "locked" : "credentials")}{(IsLocal(returnUrl) ? "&ReturnUrl=" + Uri.EscapeDataString(returnUrl!) : "")}");
    }

    private static async Task<RedirectHttpResult> SetupAsync([FromForm] string? user, [FromForm] string? password, HttpContext context, Accounts accounts, SignInManager<User> signIn)
    {
        if (!(await context.AuthenticateAsync(AuthExtensions.SetupScheme)).Succeeded)
            return TypedResults.LocalRedirect("~/login?problem=link");
        var (admin, errors) = await accounts.CreateFirstAdminAsync(user ?? "", password ?? "", context.RequestAborted);
        if (admin is null)
            return TypedResults.LocalRedirect("~/setup?problem=" + Uri.EscapeDataString(errors[0].Code));
        await context.SignOutAsync(AuthExtensions.SetupScheme);
        await SignInAsync(signIn, admin);
        return TypedResults.LocalRedirect("~/");
    }

    private static async Task<RedirectHttpResult> LogoutAsync([FromForm] string? reason, SignInManager<User> signIn, ClaimsPrincipal user, UserManager<User> users, SessionEnds sessions)
    {
        // A new stamp ends this user's other sessions too, within the validation interval.
        if (reason == "everywhere" && await users.GetUserAsync(user) is { } known)
            await users.UpdateSecurityStampAsync(known);
        await sessions.EndAsync(user);
        await signIn.SignOutAsync();
        return TypedResults.LocalRedirect("~/login");
    }

    // Changes nothing that is stored, so a GET by whatever link does no harm.
    private static async Task<RedirectHttpResult> LanguageAsync(string? returnUrl, HttpContext context, ClaimsPrincipal user)
    {
        await LanguageCookie.WriteAsync(context, user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "");
        return TypedResults.LocalRedirect(IsLocal(returnUrl) ? "~" + returnUrl : "~/");
    }

    // Every sign-in is a session with a name of its own, so that signing out ends what that browser had open and no more.
    private static async Task SignInAsync(SignInManager<User> signIn, User user)
    {
        await signIn.SignInWithClaimsAsync(user, isPersistent: true, [new Claim(SessionEnds.SessionClaim, Guid.NewGuid().ToString("N"))]);
        await LanguageCookie.WriteAsync(signIn.Context, user.Id);
    }

    private static bool IsLocal(string? url) => url is ['/', ..] and not ['/', '/' or '\\', ..];
}
