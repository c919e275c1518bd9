namespace Dashboard.Server.Settings;

/// <summary>One preference of one user.</summary>
public sealed class Preference
{
    public required string UserId { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}
