using CsCheck;
using Dashboard.Client.Streaming.Logs;

namespace Dashboard.Tests.Client.Streaming.Logs;

public sealed class ResumePointTests
{
    [Fact]
    public void Begin_NothingRead_AsksForNothing() => Assert.Null(new ResumePoint().Begin());

    [Fact]
    public void IsNew_NoTimes_IsAlwaysTrue()
    {
        var resume = new ResumePoint();

        Assert.True(resume.IsNew(0));
        Assert.Null(resume.Begin());
        Assert.True(resume.IsNew(0));
    }

    /// <summary>A log of any times, equal ones and slightly disordered ones too, cut at any place as often as one likes, is taken whole and once.</summary>
    [Fact]
    public void Log_InterruptedAnywhere_IsTakenWholeAndOnce() =>
        Gen.Select(Gen.Int[-3, 5].List[1, 400], Gen.Int[1, 150].List[1, 10]).Sample((steps, cuts) =>
        {
            var times = new List<long>();
            var time = 1_000L;
            foreach (var step in steps) times.Add(time = Math.Max(1, time + (step < 0 ? step : step * 2)));
            var resume = new ResumePoint();
            var taken = new List<int>();
            foreach (var cut in cuts.Append(times.Count))
            {
                var since = resume.Begin() ?? 0;
                var sent = 0;
                for (var index = 0; index < times.Count && (sent < cut + taken.Count || cut == times.Count); index++)
                {
                    if (times[index] < since) continue;
                    sent++;
                    if (resume.IsNew(times[index])) taken.Add(index);
                }
            }
            return taken.SequenceEqual(Enumerable.Range(0, times.Count));
        });

    [Fact]
    public void Engine_HasForgottenSomeLines_NewOnesAreStillTaken()
    {
        var resume = new ResumePoint();
        foreach (var time in new long[] { 1, 2, 3, 4 }) resume.IsNew(time);
        resume.Begin();

        Assert.Equal([false, false, true], new long[] { 2, 4, 5 }.Select(resume.IsNew));
    }
}
