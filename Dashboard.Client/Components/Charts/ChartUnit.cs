namespace Dashboard.Client.Components.Charts;

/// <summary>What a chart's numbers are; decides the steps of its axis and how values are written.</summary>
public enum ChartUnit
{
    Number,
    Cores,
    Bytes,
    BytesPerSecond,
}
