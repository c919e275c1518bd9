using Dashboard.Client.Components;
using Dashboard.Client.Components.Charts;
using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Dashboard.Client.Streaming;
using Docker.DotNet;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Client.Features.Containers.Stats;

/// <summary>What one container uses, live. It measures only while it is active; inactive it keeps what it drew.</summary>
public sealed partial class StatsPane : LiveComponent
{
    private readonly CancellationTokenSource gone = new();
    private string? shown;
    private string? watching;
    private volatile bool limitsStale;
    private IDisposable? listening;
    private ContainerSample? latest;
    private ContainerItem? item;
    private bool existed;
    private double? cpuLimit;
    private bool memoryLimited;
    private IReadOnlyList<ChartSeries> cpuSeries = [];
    private IReadOnlyList<ChartSeries> memorySeries = [];
    private IReadOnlyList<ChartSeries> networkSeries = [];
    private IReadOnlyList<ChartSeries> diskSeries = [];

    [Parameter, EditorRequired]
    public DockerConnection Connection { get; set; } = default!;

    [Parameter, EditorRequired]
    public string ContainerId { get; set; } = "";

    [Parameter]
    public bool Active { get; set; } = true;

    // The samples come once a second; this only keeps two signals of one second together.
    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(400);

    private string Cpu => Format.CoresOf(latest?.Cpu, cpuLimit ?? latest?.CpuCount ?? 0);

    private string Memory => Format.BytesOf(latest?.Memory, latest?.MemoryLimit ?? 0);

    private double? MemoryLimit => memoryLimited && latest is { MemoryLimit: > 0 } ? latest.MemoryLimit : null;

    private string ProcessesText => latest?.Processes switch
    {
        null => "",
        1 => Text["1 process"],
        var count => Text["{0:N0} processes", count],
    };

    private string? Note
    {
        get
        {
            if ((Connection.Containers.Failure ?? Connection.Stats.Failure) is { } reason)
                return Text["No measurements at this moment: {0}. Trying again.", reason];
            if (!Connection.Containers.Loaded)
                return null;
            if (item is null)
                return existed ? Text["This container no longer exists. The charts show what was last measured."] : Text["The container is not running. The charts show what was last measured."];
            if (item.Condition == ContainerCondition.Paused)
                return Text["The container is paused: it keeps its memory and uses no CPU."];
            if (!item.IsRunning)
                return Text["The container is not running. The charts show what was last measured."];
            return latest is null ? Text["Waiting for the first measurement."].Value : null;
        }
    }

    protected override void OnParametersSet()
    {
        if (shown != ContainerId)
        {
            shown = ContainerId;
            latest = null;
            existed = false;
            limitsStale = true;
        }
        var wanted = Active ? ContainerId : null;
        if (wanted == watching)
            return;
        Stop();
        watching = wanted;
        if (wanted is null)
            return;
        var hue = Hues.Of(ContainerId);
        cpuSeries = [new(Text["CPU"], hue)];
        memorySeries = [new(Text["Memory"], hue)];
        networkSeries = [new(Text["in"], hue), new(Text["out"], hue, Dashed: true)];
        diskSeries = [new(Text["read"], hue), new(Text["write"], hue, Dashed: true)];
        Watch(Connection.Containers.Changed);
        Watch(Connection.Stats.Ticked);
        Listen();
        Look();
    }

    protected override void OnHidden()
    {
        listening?.Dispose();
        listening = null;
    }

    protected override void OnShown()
    {
        if (watching is null)
            return;
        limitsStale = true;
        Listen();
    }

    private void Listen()
    {
        if (!Visibility.IsVisible)
            return;
        listening = Connection.Events.Listen(
            message =>
            {
                if (message.Actor?.ID != watching || message.Action != "update")
                    return;
                limitsStale = true;
                RequestRender();
            },
            () => { });
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!limitsStale || watching is null)
            return;
        limitsStale = false;
        await ReadLimitsAsync();
    }

    protected override bool BeforeLiveRender()
    {
        Look();
        return true;
    }

    protected override ValueTask DisposeCoreAsync()
    {
        gone.Cancel();
        gone.Dispose();
        listening?.Dispose();
        return base.DisposeCoreAsync();
    }

    private void Stop()
    {
        Unwatch();
        listening?.Dispose();
        listening = null;
    }

    private void Look()
    {
        item = Connection.Containers.Find(ContainerId);
        existed |= item is not null;
        // What was measured last stays: a stopped container is looked at to learn what it did before it stopped.
        latest = Connection.Stats.Latest(ContainerId) ?? latest;
    }

    private async Task ReadLimitsAsync()
    {
        try
        {
            var host = (await Connection.Client.Containers.InspectContainerAsync(ContainerId, gone.Token)).HostConfig;
            memoryLimited = host?.Memory > 0;
            cpuLimit = host switch
            {
                { NanoCPUs: > 0 } => host.NanoCPUs / 1e9,
                { CPUQuota: > 0 } => (double)host.CPUQuota / (host.CPUPeriod > 0 ? host.CPUPeriod : 100_000),
                _ => null,
            };
            RequestRender();
        }
        catch (Exception error) when (error is DockerApiException or HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Without its limits the chart has no line; that the engine cannot be reached is said by the feeds.
        }
    }

    private static string InWords(string first, string firstValue, string second, string secondValue) => $"{first} {firstValue}, {second} {secondValue}";

    private IReadOnlyList<ChartPoint> Points(DateTimeOffset after, Func<ContainerSample, double?> first, Func<ContainerSample, double?>? second = null) =>
        [.. Connection.Stats.Since(ContainerId, after).Select(sample => new ChartPoint(sample.Time, first(sample), second?.Invoke(sample)))];
}
