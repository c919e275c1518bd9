using System.Diagnostics;
using System.Globalization;
using Dashboard.Tests.Shared;

namespace Dashboard.Bench;

/// <summary>How late a line of a container is with a client that follows its log, and whether all of them come.</summary>
internal sealed class FollowWork(IReadOnlyList<Contestant> contestants)
{
    private const int Lines = 1500;
    private const int Flood = 300_000;

    /// <summary>The bench writes into a FIFO that the container copies to its output, and sees its own lines come back.</summary>
    public async Task LatencyAsync()
    {
        foreach (var each in contestants)
        {
            var directory = TestPlaces.NewWorkDirectory("fifo");
            var fifo = Path.Combine(directory, "fifo");
            (await new Command(["mkfifo", fifo]).RunAsync()).MustSucceed();
            var id = await each.Client.CreateWithBindAsync(TestImages.Busybox, "none", directory + ":/d", "cat", "/d/fifo");
            await each.Client.StartAsync(id);
            var sent = new long[Lines];
            var latencies = new List<double>(Lines);
            var following = FollowAsync(each, id, Lines, number => latencies.Add(Stopwatch.GetElapsedTime(Volatile.Read(ref sent[number])).TotalMilliseconds));
            await Task.Run(() => Send(fifo, sent));
            each["lines lost by a follower of 1,500 at 300/s"].Add(Lines - await following);
            latencies.Sort();
            each["log follow latency, median (ms)"].Add(latencies[latencies.Count / 2]);
            each["log follow latency, p99 (ms)"].Add(latencies[latencies.Count * 99 / 100]);
            await each.Client.RemoveAsync(id);
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>As fast as the container can write.</summary>
    public async Task FloodAsync()
    {
        foreach (var each in contestants)
        {
            var id = await each.Client.CreateAsync(TestImages.Busybox, "none", "seq", "0", (Flood - 1).ToString(CultureInfo.InvariantCulture));
            await each.Client.StartAsync(id);
            each["lines lost by a follower of 300,000 at full speed"].Add(Flood - await FollowAsync(each, id, Flood, _ => { }));
            await each.Client.RemoveAsync(id);
        }
    }

    private static void Send(string fifo, long[] sent)
    {
        using var pipe = new FileStream(fifo, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        for (var i = 0; i < sent.Length; i++)
        {
            Volatile.Write(ref sent[i], Stopwatch.GetTimestamp());
            pipe.Write(System.Text.Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture) + "\n"));
            Thread.Sleep(3);
        }
    }

    /// <summary>Reads numbered lines to the end; how many came that were wanted. A wrong order is not measured.</summary>
    private static async Task<int> FollowAsync(Contestant each, string id, int wanted, Action<int> came)
    {
        await using var log = await each.Client.OpenAsync($"containers/{id}/logs?stdout=1&follow=1");
        var (number, digits, last, count) = (0, 0, -1, 0);
        var frames = new FrameCounter(bytes =>
        {
            foreach (var each in bytes)
            {
                if (each != '\n')
                {
                    number = number * 10 + (each - '0');
                    digits++;
                    continue;
                }
                if (digits == 0 || number <= last || number >= wanted) throw new InvalidOperationException($"line {number} after {last}");
                came(number);
                (last, number, digits) = (number, 0, 0);
                count++;
            }
        });
        var buffer = new byte[64 * 1024];
        while (await log.ReadAsync(buffer) is var length and > 0) frames.Add(buffer.AsSpan(0, length));
        return count;
    }
}
