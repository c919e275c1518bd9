namespace Dashboard.Client.Layout;

/// <summary>A place to go to.</summary>
/// <param name="Kind">What it is, in the user's language.</param>
/// <param name="Icon">A symbol of icons.svg.</param>
/// <param name="Address">Relative to the site.</param>
public sealed record PaletteEntry(string Name, string Kind, string Icon, string Address);
