namespace Dashboard.Tests.Contracts.Differential;

/// <summary>One thing in which our answer is not Docker's.</summary>
/// <param name="What">Where, Docker's and ours: <c>$.Config.Hostname: "", ours missing</c>, <c>status: 404 (no such …), ours 400 (…)</c>, <c>header Ostype: linux, ours missing</c>.</param>
internal sealed record Difference(string Scenario, Step Step, string What)
{
    public override string ToString() => $"{Step}\n      {What}";
}
