using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using Dashboard.Tests.Shared;
using Xunit.v3;

[assembly: HangWatch]

namespace Dashboard.Tests.Shared;

/// <summary>
/// Ends tests that hang. At its limit a test's token is cancelled; one that does not listen to it within the grace ends
/// the run, after what it was doing is written out: a run that says what hung is worth more than one that is cut off.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class HangWatchAttribute : BeforeAfterTestAttribute
{
    private const int ExitCode = 86;
    private static readonly TimeSpan s_limit = Patience.Of(TimeSpan.FromMinutes(4));
    private static readonly TimeSpan s_longLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(45);
    private static readonly ConcurrentDictionary<string, Running> s_running = new();
    private static readonly Timer s_timer = new(_ => Look(), null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        GC.KeepAlive(s_timer);
        s_running[test.UniqueID] = new Running(test.TestDisplayName, TestContext.Current, Stopwatch.StartNew(), LimitOf(test));
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => s_running.TryRemove(test.UniqueID, out _);

    private static TimeSpan LimitOf(IXunitTest test) =>
        test.Traits.TryGetValue("Category", out var categories) && categories.Contains("Long") ? s_longLimit : s_limit;

    private static void Look()
    {
        foreach (var (id, running) in s_running)
        {
            if (running.Watch.Elapsed < running.Limit) continue;
            if (!running.Cancelled)
            {
                s_running[id] = running with { Cancelled = true };
                Console.Error.WriteLine($"HANG: {running.Name} runs for {running.Watch.Elapsed.TotalSeconds:0} s: cancelled\n{Processes()}");
                running.Context.CancelCurrentTest();
            }
            else if (running.Watch.Elapsed > running.Limit + s_grace)
            {
                Console.Error.WriteLine($"HANG: {running.Name} does not end: the run is given up. Running now:");
                foreach (var other in s_running.Values) Console.Error.WriteLine($"  {other.Watch.Elapsed.TotalSeconds,5:0} s  {other.Name}");
                Console.Error.WriteLine(Processes());
                Environment.Exit(ExitCode);
            }
        }
    }

    private static string Processes()
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-eo", "pid,ppid,stat,etimes,wchan:24,args", "--forest"]) { RedirectStandardOutput = true })!;
        return ps.StandardOutput.ReadToEnd();
    }

    private sealed record Running(string Name, ITestContext Context, Stopwatch Watch, TimeSpan Limit)
    {
        public bool Cancelled { get; init; }
    }
}
