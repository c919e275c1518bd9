using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Client.Components.Charts;

/// <summary>A line the size of a word: the last values of one thing, evenly spaced, without axes. Null is a gap.</summary>
public sealed partial class Sparkline : ComponentBase
{
    [Parameter, EditorRequired]
    public IReadOnlyList<double?> Values { get; set; } = [];

    /// <summary>In words what the line shows.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public int Hue { get; set; } = 210;

    [Parameter]
    public int Width { get; set; } = 64;

    [Parameter]
    public int Height { get; set; } = 18;

    /// <summary>The value at the upper edge; the greatest of the values when null.</summary>
    [Parameter]
    public double? Maximum { get; set; }

    // Whole tenths of a pixel: more digits only make the message longer.
    private List<string> Lines()
    {
        var top = Maximum ?? Values.Max() ?? 0;
        var lines = new List<string>();
        var line = new StringBuilder();
        for (var index = 0; index < Values.Count; index++)
        {
            if (Values[index] is { } value && double.IsFinite(value))
            {
                var x = Values.Count == 1 ? Width : (double)index * Width / (Values.Count - 1);
                var y = Height - 1 - (top > 0 ? Math.Clamp(value / top, 0, 1) * (Height - 2) : 0);
                line.Append(CultureInfo.InvariantCulture, $"{(line.Length == 0 ? "" : " ")}{x:0.#},{y:0.#}");
            }
            else
            {
                End();
            }
        }
        End();
        return lines;

        void End()
        {
            if (line.Length > 0)
                lines.Add(line.ToString());
            line.Clear();
        }
    }
}
