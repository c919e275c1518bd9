using System.Diagnostics;

namespace Dashboard.Tests.Shared;

/// <summary>
/// Bounded waiting for state that announces nothing (kernel objects that go asynchronously, files of another process).
/// Where there is a signal (a line, an event, an exit), wait for that instead.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static async Task<T> GetAsync<T>(Func<T?> probe, TimeSpan limit, Func<string> explain) where T : class =>
        await GetAsync(() => Task.FromResult(probe()), limit, explain);

    public static async Task<T> GetAsync<T>(Func<Task<T?>> probe, TimeSpan limit, Func<string> explain) where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await probe() is { } found) return found;
            if (watch.Elapsed > Patience.Of(limit)) throw new TimeoutException($"after {limit.TotalSeconds:0.#} s: {explain()}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    public static async Task TrueAsync(Func<bool> probe, TimeSpan limit, Func<string> explain) =>
        await GetAsync(() => probe() ? "" : null, limit, explain);
}
