namespace Dashboard.Tests.Browser;

/// <summary>How a site is looked at: the system's theme, and a desk's width or a phone's.</summary>
public sealed record Look(string Theme, int Width)
{
    /// <summary>All that a page must bear.</summary>
    public static TheoryData<string, int> All => new() { { "light", 1440 }, { "dark", 390 }, { "dark", 1440 }, { "light", 390 } };

    /// <summary>Each theme and each width once.</summary>
    public static TheoryData<string, int> Two => new() { { "light", 1440 }, { "dark", 390 } };

    public bool IsPhone => Width < 720;

    public int Height => IsPhone ? 844 : 900;

    /// <summary>Of screenshots.</summary>
    public string Suffix => $"-{Theme}{(IsPhone ? "-phone" : "")}";
}
