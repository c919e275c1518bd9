namespace Dashboard.Tests.Contracts.Differential;

/// <summary>What came back for a step.</summary>
/// <param name="Failure">Why there is no whole answer: nothing in time, or a connection that ended too early.</param>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, string? Failure = null);
