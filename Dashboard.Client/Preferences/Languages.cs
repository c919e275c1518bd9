namespace Dashboard.Client.Preferences;

/// <summary>The languages that there are texts in, as they are stored.</summary>
public static class Languages
{
    public const string Key = "language";

    /// <summary>As the browser asks for.</summary>
    public const string Auto = "auto";
    public const string English = "en";
    public const string Korean = "ko";

    public static IReadOnlyList<string> All { get; } = [Auto, English, Korean];

    public static string Parse(string? stored) => stored is not null && All.Contains(stored) ? stored : Auto;
}
