using Dashboard.Oci.RuntimeSpec;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Acceptance;

/// <summary>The command lines of a runtime; what differs between runc and ours is here and nowhere else.</summary>
internal abstract class OciRuntime : IDisposable
{
    protected string State { get; } = TestPlaces.NewWorkDirectory("oci-state");

    public abstract string Binary { get; }

    /// <summary>In the foreground, with the caller's stdio.</summary>
    public abstract string[] Run(Bundle bundle, string? binary = null);

    public string[] Exec(Bundle bundle, Process process) => [Binary, .. ExecArguments(bundle, bundle.WriteProcess(process), null)];

    /// <summary>The process gets a terminal, whose master comes to the socket.</summary>
    public abstract string[] RunOnTerminal(Bundle bundle, string consoleSocket);

    public string[] ExecOnTerminal(Bundle bundle, Process process, string consoleSocket) => [Binary, .. ExecArguments(bundle, bundle.WriteProcess(process), consoleSocket)];

    /// <summary>Host pid of the container's init, or null while there is none.</summary>
    public abstract Task<int?> PidAsync(Bundle bundle);

    /// <summary>Kills what is left of the container and its state.</summary>
    public abstract Task DeleteAsync(Bundle bundle);

    public void Dispose() => Directory.Delete(State, recursive: true);

    protected abstract string[] ExecArguments(Bundle bundle, string processFile, string? consoleSocket);
}
