using System.Globalization;
using System.Text;

namespace Dashboard.Bench;

/// <summary>How many times better than dockerd, as bars on a logarithmic axis: 1 is a draw. Readable on light and dark pages.</summary>
internal static class Picture
{
    private const int Row = 26, Label = 400, Bars = 420, Top = 40;
    private const double Most = 64;

    public static string Draw(IReadOnlyList<(string Work, double Times)> gains)
    {
        var height = Top + gains.Count * Row + 30;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Label + Bars + 70}\" height=\"{height}\" viewBox=\"0 0 {Label + Bars + 70} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\">\n");
        svg.Append("<title>How many times better than dockerd</title>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#f7f8fa\"/>\n<text x=\"16\" y=\"24\" font-weight=\"600\" fill=\"#1c2733\">Times better than dockerd (medians)</text>\n");
        foreach (var tick in (double[])[1, 2, 4, 8, 16, 32, 64])
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(tick):0}\" x2=\"{X(tick):0}\" y1=\"{Top - 4}\" y2=\"{height - 24}\" stroke=\"{(tick == 1 ? "#52606d" : "#dde2e8")}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(tick):0}\" y=\"{height - 8}\" text-anchor=\"middle\" fill=\"#52606d\">{tick:0}</text>\n");
        }
        for (var i = 0; i < gains.Count; i++)
        {
            var (work, times) = gains[i];
            var y = Top + i * Row;
            var (from, to) = (Math.Min(X(1), X(times)), Math.Max(X(1), X(times)));
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Label - 12}\" y=\"{y + 16}\" text-anchor=\"end\" fill=\"#1c2733\">{work}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{from:0.#}\" y=\"{y + 4}\" width=\"{Math.Max(1, to - from):0.#}\" height=\"16\" rx=\"3\" fill=\"{(times >= 1 ? "#2f7de1" : "#c4512d")}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{to + 6:0.#}\" y=\"{y + 16}\" fill=\"#1c2733\">{times:0.0}</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static double X(double times) => Label + Bars * Math.Log2(Math.Clamp(times, 0.5, Most)) / Math.Log2(Most);
}
