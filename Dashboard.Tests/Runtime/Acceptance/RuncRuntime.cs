using System.Text.Json;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Acceptance;

/// <summary>Debian's runc, the reference.</summary>
internal sealed class RuncRuntime : OciRuntime
{
    public override string Binary => "/usr/sbin/runc";

    public override string[] Run(Bundle bundle, string? binary = null) => [binary ?? Binary, "--root", State, "run", "--bundle", bundle.Directory, bundle.Id];

    public override string[] RunOnTerminal(Bundle bundle, string consoleSocket) =>
        [Binary, "--root", State, "run", "--detach", "--console-socket", consoleSocket, "--bundle", bundle.Directory, bundle.Id];

    protected override string[] ExecArguments(Bundle bundle, string processFile, string? consoleSocket) =>
        ["--root", State, "exec", .. consoleSocket is null ? (string[])[] : ["--detach", "--console-socket", consoleSocket], "--process", processFile, bundle.Id];

    public override async Task<int?> PidAsync(Bundle bundle)
    {
        var state = await Command.RunAsync(Binary, "--root", State, "state", bundle.Id);
        if (state.ExitCode != 0) return null;
        using var document = JsonDocument.Parse(state.Stdout);
        return document.RootElement.GetProperty("status").GetString() is "running" ? document.RootElement.GetProperty("pid").GetInt32() : null;
    }

    public override async Task DeleteAsync(Bundle bundle) => await Command.RunAsync(Binary, "--root", State, "delete", "--force", bundle.Id);
}
