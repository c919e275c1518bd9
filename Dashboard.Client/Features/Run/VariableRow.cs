namespace Dashboard.Client.Features.Run;

/// <summary>A variable as it is being typed.</summary>
public sealed class VariableRow
{
    public string Key { get; set; } = "";
    public string Value { get; set; } = "";

    public bool IsEmpty => Key.Length == 0 && Value.Length == 0;

    /// <summary>KEY=VALUE a line; empty lines and comments are left out, as in an env file. A line without "=" is a key without a value.</summary>
    public static IEnumerable<VariableRow> FromLines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('\n').Select(line => line.Trim('\r')).Where(line => line.Trim() is { Length: > 0 } trimmed && trimmed[0] != '#').Select(line =>
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            return equals < 0 ? new VariableRow { Key = line.Trim() } : new VariableRow { Key = line[..equals].Trim(), Value = line[(equals + 1)..] };
        });
    }
}
