using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Commands;

/// <summary>The subset of runc's command line that lets one acceptance suite drive both.</summary>
internal sealed record CommandLine
{
    public string Bundle { get; init; } = ".";
    public string StateRoot { get; init; } = "/run/dashboard-runtime";
    public string? ProcessFile { get; init; }
    public string? ConsoleSocket { get; init; }
    public bool Init { get; init; }
    public required string Id { get; init; }

    public static CommandLine Parse(string[] args)
    {
        var line = new CommandLine { Id = "" };
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new LaunchException($"{args[i - 1]} needs a value");
            line = args[i] switch
            {
                "--bundle" or "-b" => line with { Bundle = Path.GetFullPath(Value()) },
                "--root" => line with { StateRoot = Path.GetFullPath(Value()) },
                "--process" or "-p" => line with { ProcessFile = Value() },
                "--console-socket" => line with { ConsoleSocket = Path.GetFullPath(Value()) },
                "--init" => line with { Init = true },
                var id when !id.StartsWith('-') && !id.Contains('/') => line with { Id = id },
                var other => throw new LaunchException($"option {other} is not known"),
            };
        }
        return line.Id.Length > 0 ? line : throw new LaunchException("a container id is needed");
    }
}
