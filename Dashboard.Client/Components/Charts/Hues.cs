using System.Text;

namespace Dashboard.Client.Components.Charts;

/// <summary>The colour that an object keeps in every chart of every tab.</summary>
public static class Hues
{
    /// <summary>Degrees, the same for the same id on every machine. Reds are left out: red is a state.</summary>
    public static int Of(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        // FNV-1a; string.GetHashCode differs from process to process.
        var hash = Encoding.UTF8.GetBytes(id).Aggregate(2166136261u, (sum, each) => unchecked((sum ^ each) * 16777619u));
        return 30 + (int)(hash % 300);
    }
}
