using System.Globalization;
using System.Text;

namespace Dashboard.Bench;

/// <summary>The table: medians and bests side by side, and their ratio with the target.</summary>
internal static class Report
{
    /// <summary>Ours over dockerd's; for rates the other way round is better.</summary>
    private static readonly (string Work, bool HigherIsBetter, string Target)[] s_rows =
    [
        ("create+start+wait+rm, network none (ms)", false, "<= 1/5"),
        ("create+start+wait+rm, network bridge (ms)", false, "<= 1/5"),
        ("start alone, network none (ms)", false, ""),
        ("start alone, network bridge (ms)", false, ""),
        ("exec (ms)", false, "<= 1/3"),
        ("100 containers, 4 at a time (s)", false, ""),
        ("rm -f of 100, 4 at a time (s)", false, ""),
        ("PSS with 100 idle containers (MiB)", false, "<= 0.8"),
        ("processes with 100 idle containers", false, ""),
        ("list of 100 (ms)", false, ""),
        ("log ingest (MiB/s)", true, ""),
        ("log read-back (MiB/s)", true, ""),
    ];

    public static string Table(Contestant docker, Contestant? ours)
    {
        var text = new StringBuilder("| work | n | dockerd median / best | ours median / best | better by, median / best | target of ours to dockerd's |\n|---|---|---|---|---|---|\n");
        foreach (var (work, higher, target) in s_rows.Where(row => docker.Has(row.Work)))
        {
            var theirs = docker[work];
            text.Append(CultureInfo.InvariantCulture, $"| {work} | {theirs.Count} | {theirs.Median:0.##} / {Best(theirs, higher):0.##} |");
            if (ours?.Has(work) != true) text.Append(" - | - |");
            else
            {
                var own = ours[work];
                text.Append(CultureInfo.InvariantCulture, $" {own.Median:0.##} / {Best(own, higher):0.##} |");
                text.Append(CultureInfo.InvariantCulture, $" {Gain(theirs.Median, own.Median, higher):0.0} / {Gain(Best(theirs, higher), Best(own, higher), higher):0.0} times |");
            }
            text.Append($" {target} |\n");
        }
        return text.ToString();
    }

    private static double Best(Series series, bool higher) => higher ? series.Most : series.Least;

    private static double Gain(double theirs, double own, bool higher) => higher ? own / theirs : theirs / own;
}
