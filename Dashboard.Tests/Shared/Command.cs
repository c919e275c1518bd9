using System.Diagnostics;

namespace Dashboard.Tests.Shared;

/// <summary>A program to run with its environment: the same value can be run many times.</summary>
internal sealed record Command(IReadOnlyList<string> Argv)
{
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(60);

    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
    public ReadOnlyMemory<byte>? Stdin { get; init; }
    /// <summary>After it the process tree is killed and the test fails with what was written so far.</summary>
    public TimeSpan Limit { get; init; } = DefaultLimit;

    public static Task<CommandResult> RunAsync(params string[] argv) => new Command(argv).RunAsync();

    public async Task<CommandResult> RunAsync()
    {
        await using var running = Start();
        if (Stdin is { } stdin) await running.WriteAllAsync(stdin);
        await running.CloseStdinAsync();
        return await running.WaitAsync(Limit);
    }

    public RunningCommand Start()
    {
        var start = new ProcessStartInfo(Argv[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in Argv.Skip(1)) start.ArgumentList.Add(argument);
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        return new RunningCommand(Process.Start(start)!, string.Join(' ', Argv));
    }
}
