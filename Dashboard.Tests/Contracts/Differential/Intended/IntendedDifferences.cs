namespace Dashboard.Tests.Contracts.Differential.Intended;

/// <summary>In what we are not dockerd 20.10, on purpose. An entry that no longer occurs fails the test too.</summary>
internal static class IntendedDifferences
{
    public static IReadOnlyList<IntendedDifference> All { get; } = [.. NewerVersions.All, .. NewerRefusals.All, .. OurEngine.All, .. OlderFaults.All];
}
