using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Client.Components.Charts;

/// <summary>
/// A time series that moves: the browser gets the history once and afterwards only points that it does not have yet. It
/// pulls them after each render of its parent, so a parent that renders once a second costs one small message a second.
/// Give it a key when the object that it shows can change.
/// </summary>
public sealed partial class LiveChart : ComponentBase, IAsyncDisposable
{
    private const string ModulePath = "./_content/Dashboard.Client/Components/Charts/LiveChart.razor.js";
    private ElementReference canvas;
    private IJSObjectReference? chart;
    private DateTimeOffset sent = DateTimeOffset.MinValue;
    private double? sentLimit;
    private bool busy;
    private bool disposed;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    /// <summary>What the chart shows, for those who cannot see it.</summary>
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>The newest value in words, for those who cannot see it.</summary>
    [Parameter, EditorRequired]
    public string Latest { get; set; } = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<ChartSeries> Series { get; set; } = [];

    /// <summary>Points later than a time, oldest first.</summary>
    [Parameter, EditorRequired]
    public Func<DateTimeOffset, IReadOnlyList<ChartPoint>> PointsSince { get; set; } = _ => [];

    [Parameter]
    public ChartUnit Unit { get; set; }

    /// <summary>A dashed line with its value beside it; null is none.</summary>
    [Parameter]
    public double? Limit { get; set; }

    /// <summary>Charts with the same group share their crosshair.</summary>
    [Parameter]
    public string? Group { get; set; }

    /// <summary>How much time the axis spans.</summary>
    [Parameter]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Two points further apart than this are not joined.</summary>
    [Parameter]
    public TimeSpan Gap { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>CSS pixels. The width is that of the box around it.</summary>
    [Parameter]
    public int Height { get; set; } = 160;

    private string AccessibleName => $"{Title}: {Latest}";

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // Renders can overtake a slow browser; the next one picks up what this one leaves.
        if (busy || disposed)
            return;
        busy = true;
        try
        {
            chart ??= await CreateAsync();
            await SendAsync();
        }
        catch (JSDisconnectedException)
        {
            disposed = true;
        }
        finally
        {
            busy = false;
        }
    }

    private async Task<IJSObjectReference> CreateAsync()
    {
        await using var module = await Js.InvokeAsync<IJSObjectReference>("import", ModulePath);
        return await module.InvokeAsync<IJSObjectReference>("create", canvas, new
        {
            series = Series.Select(series => new { label = series.Label, hue = series.Hue, dashed = series.Dashed }).ToArray(),
            unit = Unit.ToString(),
            group = Group,
            window = Window.TotalSeconds,
            gap = Gap.TotalSeconds,
            limitLabel = Text["limit"].Value,
        });
    }

    private async Task SendAsync()
    {
        if (Limit != sentLimit)
        {
            sentLimit = Limit;
            await chart!.InvokeVoidAsync("setLimit", Limit);
        }
        var points = PointsSince(sent);
        if (points.Count == 0)
            return;
        sent = points[^1].Time;
        var times = points.Select(point => point.Time.ToUnixTimeMilliseconds()).ToArray();
        var columns = Series.Select((_, index) => points.Select(point => Short(index == 0 ? point.First : point.Second)).ToArray()).ToArray();
        await chart!.InvokeVoidAsync("append", times, columns);
    }

    // Digits that no pixel can show are bytes on the wire.
    private double? Short(double? value) => value is { } number && double.IsFinite(number) ? Math.Round(number, Unit is ChartUnit.Bytes or ChartUnit.BytesPerSecond ? 0 : 4) : null;

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        if (chart is null)
            return;
        try
        {
            await chart.InvokeVoidAsync("dispose");
            await chart.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page has gone, and the chart with it.
        }
    }
}
