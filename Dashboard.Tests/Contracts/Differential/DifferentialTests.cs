using Dashboard.Tests.Contracts.Differential.Intended;

namespace Dashboard.Tests.Contracts.Differential;

/// <summary>
/// The same requests to Debian's dockerd and to ours: status, headers, and body have to be the same, but for what
/// <see cref="IntendedDifferences"/> names and explains.
/// </summary>
public sealed class DifferentialTests(DifferentialFixture fixture) : IClassFixture<DifferentialFixture>
{
    public static TheoryData<string> Names => [.. DifferentialFixture.Scenarios.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Answers_AreDockers(string scenario)
    {
        var unexplained = fixture.Differences.Where(difference => difference.Scenario == scenario && !IntendedDifferences.All.Any(intended => intended.Covers(difference))).ToList();

        Assert.True(unexplained.Count == 0, $"{unexplained.Count} differences:\n  {string.Join("\n  ", unexplained)}");
    }

    [Fact]
    public void IntendedDifferences_AllStillOccur()
    {
        var gone = IntendedDifferences.All.Where(intended => !fixture.Differences.Any(intended.Covers)).ToList();

        Assert.True(gone.Count == 0, $"no longer a difference, take it out of the table:\n  {string.Join("\n  ", gone)}");
    }
}
