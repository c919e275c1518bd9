namespace Dashboard.Client.Components.Charts;

/// <summary>The values of all series at one instant; null is a gap.</summary>
public readonly record struct ChartPoint(DateTimeOffset Time, double? First, double? Second = null);
