namespace Dashboard.Client.Components;

/// <summary>Which rows of a list are selected, by id. It knows nothing of what is shown, so a refresh or a filter changes nothing in it.</summary>
public sealed class Selection
{
    private readonly HashSet<string> ids = [];
    private string? anchor;

    public int Count => ids.Count;

    public bool Contains(string id) => ids.Contains(id);

    /// <summary>One row, or with <paramref name="range"/> all from the one before to this one; they become what this one becomes.</summary>
    /// <param name="order">The ids as they are shown.</param>
    public void Toggle(string id, bool range, IReadOnlyList<string> order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var select = !ids.Contains(id);
        var (from, to) = (anchor is null ? -1 : IndexOf(order, anchor), IndexOf(order, id));
        if (range && from >= 0 && to >= 0)
        {
            for (var i = Math.Min(from, to); i <= Math.Max(from, to); i++)
                Set(order[i], select);
        }
        Set(id, select);
        anchor = id;
    }

    public void SetAll(IEnumerable<string> which, bool select)
    {
        ArgumentNullException.ThrowIfNull(which);
        foreach (var id in which)
            Set(id, select);
    }

    public void Clear()
    {
        ids.Clear();
        anchor = null;
    }

    /// <summary>Forgets what does not exist any more.</summary>
    public void Keep(Func<string, bool> exists) => ids.RemoveWhere(id => !exists(id));

    private void Set(string id, bool select)
    {
        if (select)
            ids.Add(id);
        else
            ids.Remove(id);
    }

    private static int IndexOf(IReadOnlyList<string> order, string id)
    {
        for (var i = 0; i < order.Count; i++)
        {
            if (order[i] == id)
                return i;
        }
        return -1;
    }
}
