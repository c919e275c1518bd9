using System.Globalization;

namespace Dashboard.Tests.Shared;

/// <summary>All limits of waiting are for a processor of its own; <c>DASHBOARD_TEST_PATIENCE</c> multiplies them where there is an emulated one.</summary>
internal static class Patience
{
    private static readonly double s_factor =
        double.TryParse(Environment.GetEnvironmentVariable("DASHBOARD_TEST_PATIENCE"), CultureInfo.InvariantCulture, out var factor) && factor >= 1 ? factor : 1;

    public static TimeSpan Of(TimeSpan limit) => limit * s_factor;
}
