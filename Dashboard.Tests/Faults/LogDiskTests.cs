using System.Text;
using System.Text.Json;
using Dashboard.Runtime.Shim;

namespace Dashboard.Tests.Faults;

/// <summary>A disk that fills under a log: whole lines before and after, and a line that counts those that are missing.</summary>
public sealed class LogDiskTests : IAsyncLifetime
{
    private SmallDisk _disk = null!;

    private string LogPath => Path.Combine(_disk.Root, "log");

    public async ValueTask InitializeAsync() => _disk = await SmallDisk.CreateAsync(16);

    public async ValueTask DisposeAsync() => await _disk.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    public void Append_DiskFillsAndEmpties_LosesWholeLinesAndCountsThem(long maxSize)
    {
        using var log = new LogFile(LogPath, maxSize, 100);
        var next = 0;
        void Write(int lines)
        {
            for (var i = 0; i < lines; i++) log.Append(0, Encoding.ASCII.GetBytes($"line {next++}\n"));
        }

        Write(200);
        _disk.Fill();
        Write(1000);
        _disk.Free();
        Write(200);

        var texts = Texts();
        var notice = Assert.Single(texts, text => text.Contains("were dropped here", StringComparison.Ordinal));
        var missing = Enumerable.Range(0, next).Select(i => $"line {i}\n").Except(texts).ToList();
        Assert.StartsWith($"[{missing.Count} log lines ", notice, StringComparison.Ordinal);
        Assert.InRange(missing.Count, 1, 1000);
        Assert.True(log.DroppedBytes > missing.Count * 10L);
        Assert.Equal(Enumerable.Range(next - 200, 200).Select(i => $"line {i}\n"), texts.TakeLast(200));
    }

    private List<string> Texts() =>
        [.. Enumerable.Range(1, 100).Reverse().Select(number => $"{LogPath}.{number}").Append(LogPath).Where(File.Exists)
            .SelectMany(File.ReadLines).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("log").GetString()!)];
}
