using Dashboard.Client.Features.Containers.Logs;
using Dashboard.Client.Streaming.Logs;

namespace Dashboard.Tests.Client.Features;

public sealed class LogViewTests
{
    private readonly LogRing _ring = new(maximumLines: 100);
    private readonly LogView _view;

    public LogViewTests() => _view = new LogView(_ring);

    [Fact]
    public void Following_NewLines_AreShown()
    {
        Write(1, 10);
        _view.Refresh();

        Assert.Equal(10, _view.Count);
        Assert.Equal(["line 9", "line 10"], Shown(8, 5));
    }

    [Fact]
    public void Held_RingMovesOn_NothingShownChanges()
    {
        Write(1, 100);
        _view.Refresh();
        _view.Hold();
        var before = Shown(0, 100);
        Write(101, 350);
        _view.Refresh();

        Assert.Equal(before, Shown(0, 100));
        Assert.Equal((100, 250), (_view.Count, _view.Unseen));
    }

    [Fact]
    public void Held_RingMovedBetween_LinesKeepTheirPlaces()
    {
        Write(1, 100);
        _view.Refresh();
        Write(101, 130);
        _view.Hold();

        Assert.Equal(100, _view.Count);
        Assert.Equal([null, "line 31", "line 32"], Shown(29, 3));
    }

    [Fact]
    public void Follow_AfterHeld_ShowsTheNewest()
    {
        Write(1, 50);
        _view.Refresh();
        _view.Hold();
        Write(51, 120);
        _view.Refresh();
        _view.Follow();

        Assert.Equal((true, 100, 0), (_view.IsFollowing, _view.Count, _view.Unseen));
        Assert.Equal(["line 120"], Shown(99, 1));
    }

    [Fact]
    public void Search_Live_FollowsTheRing()
    {
        Write(1, 50);
        _view.Refresh();
        _view.Search("LINE 4");
        Assert.Equal(11, _view.Count);

        Write(51, 140);
        _view.Refresh();

        // 41 to 49 are still there, 4 and 40 are not.
        Assert.Equal(9, _view.Count);
        Assert.Equal(100, _view.Searched);
        _view.Search("");
        Assert.Equal(100, _view.Count);
    }

    [Fact]
    public void Search_Held_LooksInWhatIsHeldAndCountsNewMatches()
    {
        Write(1, 100);
        _view.Refresh();
        _view.Hold();
        _view.Search("line 9");
        Assert.Equal(11, _view.Count);
        Write(900, 902);
        Write(1, 3);
        _view.Refresh();

        Assert.Equal((11, 3), (_view.Count, _view.Unseen));
    }

    [Fact]
    public void Clear_WhatCame_IsHiddenAndSkippedStartsAnew()
    {
        Write(1, 150);
        _view.Refresh();
        Assert.Equal(50, _view.Skipped);
        _view.Clear();
        Assert.Equal((0, 0L), (_view.Count, _view.Skipped));
        Write(151, 152);
        _view.Refresh();

        Assert.Equal(["line 151", "line 152"], Shown(0, 10));
    }

    [Fact]
    public void Window_OutOfRange_IsEmpty()
    {
        Write(1, 5);
        _view.Refresh();

        Assert.Empty(_view.Window(10, 10));
        Assert.Empty(_view.Window(-5, -1));
        Assert.Equal(5, _view.Window(-5, 100).Count);
    }

    private void Write(int from, int to)
    {
        for (var number = from; number <= to; number++) _ring.Add(new LogLine(0, LogStream.Out, $"line {number}", null, 0));
    }

    private List<string?> Shown(int start, int count) => [.. _view.Window(start, count).Select(line => line?.Text)];
}
