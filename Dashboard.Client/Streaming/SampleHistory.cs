using Docker.DotNet.Models;

namespace Dashboard.Client.Streaming;

/// <summary>The samples of one container, a ring of fixed size; not thread-safe, its owner locks.</summary>
internal sealed class SampleHistory(int capacity)
{
    private readonly Queue<ContainerSample> samples = new();
    private ContainerStatsResponse? last;

    public ContainerSample? Latest { get; private set; }

    /// <summary>A reading that is known already changes nothing; one from before the last means that the host's clock was set back.</summary>
    public void Add(ContainerStatsResponse reading)
    {
        if (reading.Read == last?.Read)
            return;
        if (reading.Read < last?.Read)
            samples.Clear();
        Latest = Samples.Of(reading, last);
        last = reading;
        samples.Enqueue(Latest);
        if (samples.Count > capacity)
            samples.Dequeue();
    }

    public IReadOnlyList<ContainerSample> Since(DateTimeOffset after) => [.. samples.SkipWhile(sample => sample.Time <= after)];
}
