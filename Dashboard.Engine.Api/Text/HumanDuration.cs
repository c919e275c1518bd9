namespace Dashboard.Engine.Api.Text;

/// <summary>Spans of time as <c>docker ps</c> shows them (go-units, HumanDuration).</summary>
internal static class HumanDuration
{
    private const int DayHours = 24;

    public static string Format(TimeSpan span)
    {
        var seconds = (int)span.TotalSeconds;
        var minutes = (int)span.TotalMinutes;
        // Only hours are rounded.
        var hours = (int)(span.TotalHours + 0.5);
        return (seconds, minutes, hours) switch
        {
            ( < 1, _, _) => "Less than a second",
            (1, _, _) => "1 second",
            ( < 60, _, _) => $"{seconds} seconds",
            (_, 1, _) => "About a minute",
            (_, < 60, _) => $"{minutes} minutes",
            (_, _, 1) => "About an hour",
            (_, _, < 48) => $"{hours} hours",
            (_, _, < DayHours * 14) => $"{hours / DayHours} days",
            (_, _, < DayHours * 60) => $"{hours / DayHours / 7} weeks",
            (_, _, < DayHours * 730) => $"{hours / DayHours / 30} months",
            _ => $"{(int)span.TotalHours / DayHours / 365} years",
        };
    }
}
