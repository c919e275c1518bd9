using Docker.DotNet.Models;

namespace Dashboard.Client.Streaming;

/// <summary>
/// The samples of one container, a ring of fixed size; not thread-safe, its owner locks. A thousand containers have 300,000
/// of them, so a sample is kept as a row of 40 bytes and made an object again for who asks. Rates are kept to seven digits,
/// and the past has the limits of the newest sample.
/// </summary>
internal sealed class SampleHistory(int capacity)
{
    private const int FirstRows = 16;
    private Row[] rows = [];
    private int start;
    private int count;
    private Counters? last;

    public ContainerSample? Latest { get; private set; }

    /// <summary>A reading that is known already changes nothing; one from before the last means that the host's clock was set back.</summary>
    public void Add(ContainerStatsResponse reading)
    {
        if (reading.Read == last?.Read)
            return;
        if (reading.Read < last?.Read)
            (start, count) = (0, 0);
        var now = Counters.Of(reading);
        Latest = Samples.Of(reading, now, last);
        last = now;
        Keep(Row.Of(Latest));
    }

    public IReadOnlyList<ContainerSample> Since(DateTimeOffset after)
    {
        // Time only goes forward in here, so what is wanted is at the end.
        var wanted = 0;
        while (wanted < count && At(count - 1 - wanted).UtcTicks > after.UtcTicks)
            wanted++;
        var samples = new ContainerSample[wanted];
        for (var index = 0; index < wanted; index++)
            samples[index] = At(count - wanted + index).ToSample(Latest!);
        return samples;
    }

    private ref Row At(int index) => ref rows[(start + index) % rows.Length];

    private void Keep(Row row)
    {
        if (count == rows.Length && count < capacity)
            Array.Resize(ref rows, Math.Min(capacity, Math.Max(FirstRows, count * 2)));
        if (count < capacity)
            count++;
        else
            start = (start + 1) % rows.Length;
        At(count - 1) = row;
    }

    private readonly record struct Row(long UtcTicks, long Memory, float Cpu, float NetworkIn, float NetworkOut, float DiskRead, float DiskWrite, int Processes)
    {
        public static Row Of(ContainerSample sample) => new(
            sample.Time.UtcTicks,
            sample.Memory,
            Short(sample.Cpu),
            Short(sample.NetworkIn),
            Short(sample.NetworkOut),
            Short(sample.DiskRead),
            Short(sample.DiskWrite),
            sample.Processes);

        public ContainerSample ToSample(ContainerSample newest) => newest with
        {
            Time = new DateTimeOffset(UtcTicks, TimeSpan.Zero),
            Memory = Memory,
            Cpu = Long(Cpu),
            NetworkIn = Long(NetworkIn),
            NetworkOut = Long(NetworkOut),
            DiskRead = Long(DiskRead),
            DiskWrite = Long(DiskWrite),
            Processes = Processes,
        };

        private static float Short(double? value) => value is { } number ? (float)number : float.NaN;

        private static double? Long(float value) => float.IsNaN(value) ? null : value;
    }
}
