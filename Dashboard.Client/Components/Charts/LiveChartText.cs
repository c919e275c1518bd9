namespace Dashboard.Client.Components.Charts;

/// <summary>The words of <see cref="LiveChart"/>.</summary>
internal static class LiveChartText
{
    public static string Name(string title, string latest) => $"{title}: {latest}";

    public const string Limit = "limit";
}
