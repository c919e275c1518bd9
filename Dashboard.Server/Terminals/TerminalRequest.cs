using System.Text.RegularExpressions;

namespace Dashboard.Server.Terminals;

/// <summary>What a browser asks for. All of it comes from a URL, so all of it is checked before it goes anywhere.</summary>
internal sealed partial record TerminalRequest
{
    private const int MaximumSide = 1000;

    public required string Endpoint { get; init; }
    public required string Container { get; init; }
    public int Columns { get; init; } = 80;
    public int Rows { get; init; } = 24;

    /// <summary>A program of the container that takes <c>-c</c>; null lets the container choose.</summary>
    public string? Shell { get; init; }

    /// <summary>user or user:group; null is the container's own.</summary>
    public string? User { get; init; }

    /// <summary>Null when something is not as it should be; <paramref name="problem"/> then names it.</summary>
    public static TerminalRequest? Parse(string endpoint, string container, IQueryCollection query, out string problem)
    {
        problem = "";
        var columns = Side(query["cols"], 80);
        var rows = Side(query["rows"], 24);
        var shell = Text(query["shell"]);
        var user = Text(query["user"]);
        if (!Name().IsMatch(container))
            problem = "The container's name or id is not one.";
        else if (columns is null || rows is null)
            problem = $"cols and rows are numbers from 1 to {MaximumSide}.";
        else if (shell is not null && !Program().IsMatch(shell))
            problem = "shell is the name or the path of a program, without arguments.";
        else if (user is not null && !Account().IsMatch(user))
            problem = "user is a name or a number, with an optional :group.";
        return problem.Length > 0 ? null : new TerminalRequest { Endpoint = endpoint, Container = container, Columns = columns!.Value, Rows = rows!.Value, Shell = shell, User = user };
    }

    public static bool IsSize(int columns, int rows) => columns is >= 1 and <= MaximumSide && rows is >= 1 and <= MaximumSide;

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static int? Side(string? value, int fallback) =>
        string.IsNullOrEmpty(value) ? fallback : int.TryParse(value, out var side) && IsSize(side, side) ? side : null;

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[a-zA-Z0-9/_.][a-zA-Z0-9/_.+-]{0,254}\z")]
    private static partial Regex Program();

    [GeneratedRegex(@"\A[a-zA-Z0-9_.][a-zA-Z0-9_.-]{0,63}(:[a-zA-Z0-9_.][a-zA-Z0-9_.-]{0,63})?\z")]
    private static partial Regex Account();
}
