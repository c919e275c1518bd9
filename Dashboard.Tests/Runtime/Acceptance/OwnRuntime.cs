using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Acceptance;

/// <summary>dashboard-runtime by its foreground commands.</summary>
internal sealed class OwnRuntime : OciRuntime
{
    public override string Binary => TestPlaces.RuntimeBinary;

    public override string[] Run(Bundle bundle, string? binary = null) => [binary ?? Binary, "run", "--root", State, "--bundle", bundle.Directory, bundle.Id];

    public override string[] RunOnTerminal(Bundle bundle, string consoleSocket) =>
        [Binary, "run", "--root", State, "--console-socket", consoleSocket, "--bundle", bundle.Directory, bundle.Id];

    protected override string[] ExecArguments(Bundle bundle, string processFile, string? consoleSocket) =>
        ["exec", "--root", State, .. consoleSocket is null ? (string[])[] : ["--console-socket", consoleSocket], "--process", processFile, bundle.Id];

    public override Task<int?> PidAsync(Bundle bundle)
    {
        var file = Path.Combine(State, bundle.Id, "pid");
        return Task.FromResult(File.Exists(file) && int.TryParse(File.ReadAllText(file), out var pid) && IsRunning(pid) ? pid : (int?)null);
    }

    public override async Task DeleteAsync(Bundle bundle)
    {
        if (await PidAsync(bundle) is { } pid) await Command.RunAsync("kill", "-KILL", pid.ToString());
    }

    // Between clone3 and execve the process is there and is still the runtime.
    private static bool IsRunning(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline") is { Length: > 0 } line && !line.Contains("dashboard-runtime", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
