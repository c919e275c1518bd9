namespace Dashboard.Client.Features.Containers;

/// <summary>How an action on many containers went: a sentence, and what the engine said where it refused.</summary>
public sealed record BulkResult(string Summary, IReadOnlyList<(string Name, string Error)> Failures);
