using System.Text;

namespace Dashboard.Tests.Shared;

/// <summary>How a command ended and everything that it wrote.</summary>
internal sealed record CommandResult(string CommandLine, int ExitCode, byte[] StdoutBytes, string Stderr)
{
    public string Stdout { get; } = Encoding.UTF8.GetString(StdoutBytes);

    /// <summary>Stdout without the last line break.</summary>
    public string Text => Stdout.TrimEnd('\n', '\r');

    public string[] Lines => Text.Length == 0 ? [] : Text.Split('\n');

    /// <summary>Stdout and stderr, for messages that a client prints to either.</summary>
    public string AllOutput => Stdout + Stderr;

    public CommandResult MustSucceed() => MustExit(0);

    public CommandResult MustExit(int code) => ExitCode == code ? this : throw new CommandFailedException($"expected exit code {code}: {this}");

    public override string ToString() => $"`{CommandLine}` exited with {ExitCode}\n--- stdout\n{Cut(Stdout)}\n--- stderr\n{Cut(Stderr)}";

    private static string Cut(string text) => text.Length <= 8000 ? text : string.Concat(text.AsSpan(0, 4000), "\n[…]\n", text.AsSpan(text.Length - 4000));
}
