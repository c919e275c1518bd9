namespace Dashboard.Client.Features.Run;

/// <summary>What a form says: the plan of all that is right, and what is wrong, by field. A field of a row is "ports.0".</summary>
public sealed record RunReading(RunPlan Plan, IReadOnlyDictionary<string, string> Problems);
