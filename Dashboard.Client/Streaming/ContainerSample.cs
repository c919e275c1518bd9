namespace Dashboard.Client.Streaming;

/// <summary>What a container used at one instant. Rates are over the second or so before; null where there is no earlier reading to compare with.</summary>
/// <param name="Cpu">Cores in use: 0.5 is half of one CPU.</param>
/// <param name="Memory">Bytes, without the page cache that the kernel can drop at once (as `docker stats` counts).</param>
/// <param name="MemoryLimit">Bytes; the host's memory when there is no limit.</param>
/// <param name="NetworkIn">Bytes per second. <paramref name="NetworkOut"/>, <paramref name="DiskRead"/> and <paramref name="DiskWrite"/> likewise.</param>
public sealed record ContainerSample(
    DateTimeOffset Time,
    double? Cpu,
    int CpuCount,
    long Memory,
    long MemoryLimit,
    double? NetworkIn,
    double? NetworkOut,
    double? DiskRead,
    double? DiskWrite,
    int Processes);
