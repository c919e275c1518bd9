using System.Text.RegularExpressions;

namespace Dashboard.Tests.Contracts.Differential.Intended;

/// <summary>A difference that we keep, and why.</summary>
/// <param name="Operation">As in <see cref="Step.Operation"/>, with <c>*</c> for anything.</param>
/// <param name="What">As in <see cref="Difference.What"/>, with <c>*</c> for anything.</param>
internal sealed record IntendedDifference(string Operation, string What, string Reason)
{
    private readonly Regex _operation = Pattern(Operation);
    private readonly Regex _what = Pattern(What);

    public bool Covers(Difference difference) => _operation.IsMatch(difference.Step.Operation) && _what.IsMatch(difference.What);

    public override string ToString() => $"{Operation}  {What}  ({Reason})";

    private static Regex Pattern(string text) => new("^" + Regex.Escape(text).Replace("\\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.Singleline | RegexOptions.NonBacktracking);
}
