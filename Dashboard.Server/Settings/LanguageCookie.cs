using System.Globalization;
using Dashboard.Client.Preferences;
using Microsoft.AspNetCore.Localization;

namespace Dashboard.Server.Settings;

/// <summary>
/// A user's language on its way to the next request. It is known before anybody is authenticated, so the sign-in page speaks
/// it too. The cookie follows what is stored: nothing that a page sends can set it to anything else.
/// </summary>
internal static class LanguageCookie
{
    public const string Name = "dashboard.language";
    private static readonly CultureInfo[] s_languages = [.. Languages.All.Where(language => language != Languages.Auto).Select(CultureInfo.GetCultureInfo)];

    /// <summary>The cookie, else what the browser asks for, else English.</summary>
    public static RequestLocalizationOptions RequestOptions { get; } = new()
    {
        DefaultRequestCulture = new RequestCulture(Languages.English),
        SupportedCultures = s_languages,
        SupportedUICultures = s_languages,
        RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = Name }, new AcceptLanguageHeaderRequestCultureProvider()],
    };

    public static async Task WriteAsync(HttpContext context, string userId)
    {
        var store = context.RequestServices.GetRequiredService<IPreferenceStore>();
        var language = Languages.Parse(await store.GetAsync(userId, Languages.Key, context.RequestAborted));
        var options = new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = TimeSpan.FromDays(400), IsEssential = true };
        if (language == Languages.Auto)
            context.Response.Cookies.Delete(Name);
        else
            context.Response.Cookies.Append(Name, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)), options);
    }
}
