using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Dashboard.Engine.Errors;
using Dashboard.Oci;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Oci.Shim;

namespace Dashboard.Engine.Tasks;

/// <summary>A task whose shim is there (or whose record is).</summary>
internal sealed class ContainerTask : IContainerTask
{
    private readonly string bundle;
    private readonly ControlChannel? control;
    private readonly Func<Task>? shimGone;

    /// <param name="containerId">Its container.</param>
    /// <param name="bundle">run-root/containers/id.</param>
    /// <param name="identity">Pids and ports.</param>
    /// <param name="control">Null when the shim is gone and <paramref name="record"/> tells the rest.</param>
    /// <param name="record">The exit that is known already.</param>
    /// <param name="shimGone">Waits for the shim process to end, after a delete.</param>
    public ContainerTask(string containerId, string bundle, ShimIdentity identity, ControlChannel? control, TaskExit? record, Func<Task>? shimGone)
    {
        (ContainerId, this.bundle, this.control, this.shimGone) = (containerId, bundle, control, shimGone);
        Pid = identity.InitPid;
        Ports = [.. identity.Ports.Select(TaskService.FromShim)];
        Exited = record is not null ? Task.FromResult(record) : FollowAsync(control!);
    }

    public string ContainerId { get; }
    public int Pid { get; }
    public IReadOnlyList<PortRequest> Ports { get; }
    public Task<TaskExit> Exited { get; }

    private async Task<TaskExit> FollowAsync(ControlChannel channel)
    {
        var exit = await channel.Ended ?? ReadExit(Path.Combine(bundle, ShimProtocol.ExitName));
        return exit is null ? new TaskExit { ExitCode = 137, ExitedAt = DateTimeOffset.UtcNow, Lost = true } : TaskExits.From(exit);
    }

    internal static ShimExit? ReadExit(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), OciJson.Default.ShimExit);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => RequestAsync(ShimFrame.Start, default, cancellationToken);

    public Task SignalAsync(int signal, CancellationToken cancellationToken) => RequestAsync(ShimFrame.Signal, BitConverter.GetBytes(signal), cancellationToken);

    public Task KillAllAsync(CancellationToken cancellationToken) => RequestAsync(ShimFrame.KillAll, default, cancellationToken);

    public Task UpdateAsync(Resources resources, CancellationToken cancellationToken) =>
        RequestAsync(ShimFrame.Update, JsonSerializer.SerializeToUtf8Bytes(resources, OciJson.Default.Resources), cancellationToken);

    public Task FreezeAsync(bool frozen, CancellationToken cancellationToken) => RequestAsync(ShimFrame.Freeze, new[] { (byte)(frozen ? 1 : 0) }, cancellationToken);

    public Task ResizeAsync(int rows, int columns, CancellationToken cancellationToken)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)rows);
        BinaryPrimitives.WriteUInt16LittleEndian(size.AsSpan(2), (ushort)columns);
        return RequestAsync(ShimFrame.Resize, size, cancellationToken);
    }

    public async Task<IReadOnlyList<int>> PidsAsync(CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetString(await RequestAsync(ShimFrame.Pids, default, cancellationToken));
        return [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
    }

    public async Task<TaskStreams> AttachAsync(bool stdin, bool stdout, bool stderr, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        try
        {
            await connection.SendAsync(ShimFrame.Attach, new[] { (byte)((stdin ? 1 : 0) | (stdout ? 2 : 0) | (stderr ? 4 : 0)) }, cancellationToken);
            await connection.ReceiveReplyAsync(cancellationToken);
            return new ShimStreams(connection, stdout, stderr);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<IExecTask> ExecAsync(ExecSpec spec, CancellationToken cancellationToken)
    {
        var request = new ShimExec { ExecId = spec.ExecId, Process = spec.Process, Stdin = spec.AttachStdin, Stdout = spec.AttachStdout, Stderr = spec.AttachStderr };
        var connection = await ConnectAsync(cancellationToken);
        try
        {
            await connection.SendAsync(ShimFrame.Exec, JsonSerializer.SerializeToUtf8Bytes(request, OciJson.Default.ShimExec), cancellationToken);
            var pid = BinaryPrimitives.ReadInt32LittleEndian(await connection.ReceiveReplyAsync(cancellationToken));
            var record = Path.Combine(bundle, "exec", spec.ExecId + ".json");
            return new ExecTask(pid, new ShimStreams(connection, spec.AttachStdout, spec.AttachStderr), spec.AttachStdin || spec.AttachStdout || spec.AttachStderr, record);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<IReadOnlyList<Socket>> HeldSocketsAsync(CancellationToken cancellationToken)
    {
        if (Ports.Count == 0)
            return [];
        await using var connection = await ConnectAsync(cancellationToken);
        await connection.SendAsync(ShimFrame.HeldSockets, default, cancellationToken);
        await WaitReadableAsync(connection.Socket, cancellationToken);
        return DescriptorReceiver.Receive(connection.Socket, Ports.Count);
    }

    // A zero-byte receive completes when there is something to read, without taking it: the fds come with the bytes.
    private static async Task WaitReadableAsync(Socket socket, CancellationToken cancellationToken) =>
        _ = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        if (control is not null)
        {
            try
            {
                await control.RequestAsync(ShimFrame.Delete, default, cancellationToken);
            }
            catch (IOException)
            {
                // It went before it could be asked, which is what was wanted.
            }
            await control.DisposeAsync();
        }
        if (shimGone is not null)
            await shimGone();
        if (Directory.Exists(bundle))
            Directory.Delete(bundle, recursive: true);
    }

    private Task<byte[]> RequestAsync(ShimFrame kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        control is null || Exited.IsCompleted && kind != ShimFrame.Delete
            ? throw EngineException.Conflict($"container {ContainerId} is not running")
            : control.RequestAsync(kind, payload, cancellationToken);

    private Task<ShimConnection> ConnectAsync(CancellationToken cancellationToken) =>
        control is null ? throw EngineException.Conflict($"container {ContainerId} is not running") : ShimConnection.OpenAsync(bundle, cancellationToken);

    public ValueTask DisposeAsync() => control?.DisposeAsync() ?? ValueTask.CompletedTask;
}
