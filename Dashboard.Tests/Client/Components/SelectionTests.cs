using Dashboard.Client.Components;

namespace Dashboard.Tests.Client.Components;

public sealed class SelectionTests
{
    private static readonly string[] s_order = ["a", "b", "c", "d", "e"];
    private readonly Selection _selection = new();

    private string Selected => string.Concat(s_order.Where(_selection.Contains));

    [Fact]
    public void Toggle_WithShift_TakesTheRangeFromTheLastOne()
    {
        _selection.Toggle("d", range: false, s_order);
        _selection.Toggle("b", range: true, s_order);
        Assert.Equal("bcd", Selected);

        _selection.Toggle("c", range: true, s_order);
        Assert.Equal("d", Selected);
    }

    [Fact]
    public void Toggle_WithShiftAndNothingBefore_TakesOne()
    {
        _selection.Toggle("c", range: true, s_order);

        Assert.Equal("c", Selected);
    }

    [Fact]
    public void Toggle_WithShiftFromAHiddenOne_TakesOne()
    {
        _selection.Toggle("a", range: false, s_order);
        _selection.Toggle("d", range: true, ["c", "d", "e"]);

        Assert.Equal("ad", Selected);
    }

    [Fact]
    public void SetAllAndKeep_OtherRows_StayAsTheyAre()
    {
        _selection.Toggle("a", range: false, s_order);
        _selection.SetAll(["c", "d"], select: true);
        _selection.Keep(id => id != "c");
        Assert.Equal("ad", Selected);

        _selection.Clear();
        Assert.Equal(0, _selection.Count);
    }
}
