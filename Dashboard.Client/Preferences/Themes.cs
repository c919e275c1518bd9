using Microsoft.Extensions.Localization;

namespace Dashboard.Client.Preferences;

/// <summary>The themes of app.css, as they are stored and stand in html's data-theme.</summary>
public static class Themes
{
    public const string Key = "theme";
    public const string Auto = "auto";
    public const string Dark = "dark";
    public const string Light = "light";
    public const string Contrast = "contrast";

    public static IReadOnlyList<string> All { get; } = [Auto, Dark, Light, Contrast];

    public static string Parse(string? stored) => stored is not null && All.Contains(stored) ? stored : Auto;

    public static string NameOf(string theme, IStringLocalizer text) => theme switch
    {
        Dark => text["Dark"],
        Light => text["Light"],
        Contrast => text["High contrast"],
        _ => text["As the system"],
    };

    public static string After(string theme) => All[(All.ToList().IndexOf(theme) + 1) % All.Count];
}
