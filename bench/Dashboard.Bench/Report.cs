using System.Globalization;
using System.Text;

namespace Dashboard.Bench;

/// <summary>The table: medians and bests side by side, and their ratio with the target.</summary>
internal static class Report
{
    /// <summary>For rates more is better. The target is that of ours to dockerd's, or how many times better.</summary>
    private static readonly (string Work, bool HigherIsBetter, string Target)[] s_rows =
    [
        ("create+start+wait+rm, network none (ms)", false, ">= 10 times"),
        ("create+start+wait+rm, network bridge (ms)", false, ">= 10 times"),
        ("start alone, network none (ms)", false, ""),
        ("start alone, network bridge (ms)", false, ""),
        ("exec (ms)", false, ">= 5 times"),
        ("20 runs at once, network bridge (s)", false, ""),
        ("100 containers, 4 at a time (s)", false, ">= 8 times"),
        ("200 containers, 4 at a time (s)", false, ""),
        ("rm -f of 100, 4 at a time (s)", false, ""),
        ("PSS at rest (MiB)", false, ""),
        ("PSS with 100 idle containers (MiB)", false, "<= 0.6"),
        ("PSS with 200 idle containers (MiB)", false, ""),
        ("processes with 100 idle containers", false, ""),
        ("list of 100 (ms)", false, "<= 1/3"),
        ("log ingest (MiB/s)", true, "the pipe's own"),
        ("log read-back (MiB/s)", true, ">= 10 times"),
        ("log follow latency, median (ms)", false, "not worse"),
        ("log follow latency, p99 (ms)", false, "not worse"),
        (Lost + " of 1,500 at 300/s", false, "0"),
        (Lost + " of 300,000 at full speed", false, "0"),
        ("stats of 50 containers, a stream each (CPU s per minute)", false, "<= 1/5"),
        ("stats of 50 containers, one stream of all (CPU s per minute)", false, "<= 1/5"),
        ("published port on loopback, share of the container's own speed", true, ">= 0.95 itself"),
        ("embedded DNS, a name of the network (ms)", false, "not worse"),
        ("image import (MiB/s)", true, ""),
        ("image load (MiB/s)", true, ""),
    ];

    private const string Lost = "lines lost by a follower";

    /// <summary>How many times better, by the medians, where that can be said.</summary>
    public static IReadOnlyList<(string Work, double Times)> Gains(Contestant docker, Contestant ours) =>
        [.. from row in s_rows
            where docker.Has(row.Work) && ours.Has(row.Work) && !row.Work.StartsWith(Lost, StringComparison.Ordinal)
            select (row.Work, Gain(docker[row.Work].Median, ours[row.Work].Median, row.HigherIsBetter))];

    public static string Table(Contestant docker, Contestant? ours)
    {
        var text = new StringBuilder("| work | n | dockerd median / best | ours median / best | better by, median / best | target of ours to dockerd's |\n|---|---|---|---|---|---|\n");
        foreach (var (work, higher, target) in s_rows.Where(row => docker.Has(row.Work) || ours?.Has(row.Work) is true))
        {
            if (!docker.Has(work))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {work} | {ours![work].Count} | - | {ours[work].Median:0.##} / {Best(ours[work], higher):0.##} | - | {target} |\n");
                continue;
            }
            var theirs = docker[work];
            text.Append(CultureInfo.InvariantCulture, $"| {work} | {theirs.Count} | {theirs.Median:0.##} / {Best(theirs, higher):0.##} |");
            if (ours?.Has(work) != true) text.Append(" - | - |");
            else
            {
                var own = ours[work];
                text.Append(CultureInfo.InvariantCulture, $" {own.Median:0.##} / {Best(own, higher):0.##} |");
                if (work.StartsWith(Lost, StringComparison.Ordinal)) text.Append(" - |");
                else text.Append(CultureInfo.InvariantCulture, $" {Gain(theirs.Median, own.Median, higher):0.0} / {Gain(Best(theirs, higher), Best(own, higher), higher):0.0} times |");
            }
            text.Append($" {target} |\n");
        }
        return text.ToString();
    }

    private static double Best(Series series, bool higher) => higher ? series.Most : series.Least;

    private static double Gain(double theirs, double own, bool higher) => higher ? own / theirs : theirs / own;
}
