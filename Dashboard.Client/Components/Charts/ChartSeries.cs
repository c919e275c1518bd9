namespace Dashboard.Client.Components.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Label">Short; stands beside the value under the crosshair.</param>
/// <param name="Hue">Degrees; lightness and saturation come from the theme. See <see cref="Hues"/>.</param>
/// <param name="Dashed">A second line in the hue of the first; it has no fill.</param>
public sealed record ChartSeries(string Label, int Hue, bool Dashed = false);
