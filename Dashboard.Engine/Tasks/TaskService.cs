using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Dashboard.Engine.Errors;
using Dashboard.Linux.Cgroups;
using Dashboard.Oci;
using Dashboard.Oci.Shim;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Tasks;

/// <summary>Starts shims with Process.Start (never fork: a server's heap is large and its threads many), and finds them again.</summary>
public sealed partial class TaskService(EngineOptions options, ILogger<TaskService> logger) : ITaskService
{
    private static readonly TimeSpan CreateTimeout = TimeSpan.FromSeconds(30);

    private readonly Lazy<string> binary = new(() => RuntimeBinary.Seal(RuntimeBinary.Install(options)));

    public async Task<IContainerTask> CreateAsync(TaskSpec spec, CancellationToken cancellationToken)
    {
        var bundle = options.BundleDir(spec.ContainerId);
        if (Directory.Exists(bundle))
            throw EngineException.Conflict($"container {spec.ContainerId} has a task already under {bundle}");
        Directory.CreateDirectory(bundle, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Process? shim = null;
        try
        {
            WriteBundle(bundle, spec);
            shim = StartShim(bundle);
            var created = await ReadCreatedAsync(shim, spec, cancellationToken);
            CloseStdio(shim);
            var identity = new ShimIdentity { ShimPid = shim.Id, InitPid = created.Pid, Ports = created.Ports };
            var control = new ControlChannel(await ShimConnection.OpenAsync(bundle, cancellationToken));
            var process = shim;
            return new ContainerTask(spec.ContainerId, bundle, identity, control, null, async () =>
            {
                await process.WaitForExitAsync();
                process.Dispose();
            });
        }
        catch
        {
            await UndoAsync(shim, bundle, spec);
            throw;
        }
    }

    private void WriteBundle(string bundle, TaskSpec spec)
    {
        File.WriteAllBytes(Path.Combine(bundle, "config.json"), JsonSerializer.SerializeToUtf8Bytes(spec.Spec, OciJson.Default.Spec));
        var shim = new ShimSpec
        {
            LowerDirs = spec.Rootfs.LowerDirs,
            UpperDir = spec.Rootfs.UpperDir,
            WorkDir = spec.Rootfs.WorkDir,
            OpenStdin = spec.OpenStdin,
            StdinOnce = spec.StdinOnce,
            Init = spec.Init,
            LogPath = spec.Log.Path,
            LogMaxSize = spec.Log.MaxSize,
            LogMaxFile = spec.Log.MaxFile,
            LogAttributes = spec.Log.Attributes,
            Ports = [.. spec.Ports.Select(port => new ShimPort { Protocol = port.Protocol, Address = port.HostAddress.ToString(), HostPort = port.HostPort, ContainerPort = port.ContainerPort })],
            ShimCgroup = options.CgroupParent + "/shims",
        };
        File.WriteAllBytes(Path.Combine(bundle, ShimProtocol.SpecName), JsonSerializer.SerializeToUtf8Bytes(shim, OciJson.Default.ShimSpec));
    }

    private Process StartShim(string bundle)
    {
        var start = new ProcessStartInfo(binary.Value)
        {
            ArgumentList = { "shim", "--bundle", bundle },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        // Nothing of the server's environment reaches a process that lives beside a container.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        return Process.Start(start) ?? throw new EngineException(ErrorKind.System, $"the runtime {binary.Value} could not be started");
    }

    private static async Task<ShimCreated> ReadCreatedAsync(Process shim, TaskSpec spec, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CreateTimeout);
        var line = await shim.StandardOutput.ReadLineAsync(limit.Token);
        if (line is null)
            throw new EngineException(ErrorKind.System, "failed to create task for container: the shim ended without a word");
        var created = JsonSerializer.Deserialize(line, OciJson.Default.ShimCreated)!;
        if (created.Error is null)
            return created;
        if (created.Port is { } port)
            throw new EngineException(ErrorKind.System, $"driver failed programming external connectivity on endpoint {spec.ContainerId[..Math.Min(12, spec.ContainerId.Length)]}: {PortFailure(port, created.Error)}");
        throw new EngineException(ErrorKind.System, $"failed to create task for container: {created.Error}") { ExitCode = created.ExitCode };
    }

    // Docker's two ways of saying it: for its own containers, and for other programs.
    private static string PortFailure(ShimPort port, string error)
    {
        var bind = $"failed to bind host port for {port.Address}:{port.HostPort}/{port.Protocol}: {error}";
        return error.Contains("in use", StringComparison.Ordinal) ? $"Bind for {port.Address}:{port.HostPort} failed: port is already allocated ({bind})" : bind;
    }

    // Process.Dispose leaves streams that were used to the garbage collector.
    private static void CloseStdio(Process shim)
    {
        shim.StandardInput.Dispose();
        shim.StandardOutput.Dispose();
    }

    private static async Task UndoAsync(Process? shim, string bundle, TaskSpec spec)
    {
        if (shim is not null)
        {
            if (!shim.HasExited)
                shim.Kill();
            await shim.WaitForExitAsync();
            CloseStdio(shim);
            shim.Dispose();
        }
        if (spec.Spec.Linux.CgroupsPath is { } path)
            LostTask.KillCgroup(CgroupLayout.Detect(), path);
        Directory.Delete(bundle, recursive: true);
    }

    public async Task<IContainerTask?> ReconnectAsync(string containerId, CancellationToken cancellationToken)
    {
        var bundle = options.BundleDir(containerId);
        var file = Path.Combine(bundle, ShimProtocol.PidName);
        if (!File.Exists(file))
        {
            // A bundle without an identity was never announced.
            if (Directory.Exists(bundle))
                Directory.Delete(bundle, recursive: true);
            return null;
        }
        var identity = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file, cancellationToken), OciJson.Default.ShimIdentity)!;
        var exit = ContainerTask.ReadExit(Path.Combine(bundle, ShimProtocol.ExitName));
        if (LostTask.IsAlive(identity))
        {
            LogReconnected(logger, Short(containerId), identity.ShimPid);
            var control = new ControlChannel(await ShimConnection.OpenAsync(bundle, cancellationToken));
            return new ContainerTask(containerId, bundle, identity, control, exit is null ? null : TaskExits.From(exit), () => LostTask.WaitGoneAsync(identity.ShimPid));
        }
        LogLost(logger, Short(containerId), identity.ShimPid);
        LostTask.KillCgroup(CgroupLayout.Detect(), CgroupOf(bundle) ?? options.ContainerCgroup(containerId, ""));
        var record = exit is null ? new TaskExit { ExitCode = 137, ExitedAt = DateTimeOffset.UtcNow, Lost = true, Error = "the shim died without a record of the exit" } : TaskExits.From(exit);
        return new ContainerTask(containerId, bundle, identity, null, record, null);
    }

    // The bundle knows: it may lie under a parent of its own.
    private static string? CgroupOf(string bundle)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(bundle, "config.json")), OciJson.Default.Spec)?.Linux.CgroupsPath;
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null;
        }
    }

    internal static PortRequest FromShim(ShimPort port) => new() { Protocol = port.Protocol, HostAddress = IPAddress.Parse(port.Address), HostPort = port.HostPort, ContainerPort = port.ContainerPort };

    private static string Short(string id) => id[..Math.Min(12, id.Length)];

    [LoggerMessage(LogLevel.Information, "container {Container}: reconnected to its shim {Pid}")]
    private static partial void LogReconnected(ILogger logger, string container, int pid);

    [LoggerMessage(LogLevel.Warning, "container {Container}: its shim {Pid} is gone; what was left of it has been killed")]
    private static partial void LogLost(ILogger logger, string container, int pid);
}
