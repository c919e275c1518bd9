using System.Diagnostics;

namespace Dashboard.Tests.Faults.KillWalk;

/// <summary>
/// Counts what the server does to the world outside of its memory, one system call after the other, and kills it at a chosen
/// one. Every step is held for some milliseconds after it, so that the kill falls between it and the next of its thread.
/// </summary>
internal sealed class TracedSteps : IAsyncDisposable
{
    // Files, databases (pwrite64), netlink and answers (sendto, sendmsg), shims (vfork, connect, kill), mounts.
    private const string Calls =
        "mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,mknodat,mount,umount2,move_mount,fsmount,"
        + "ftruncate,pwrite64,sendto,sendmsg,connect,vfork,kill,pidfd_send_signal,setns";

    private const string Hold = "5000"; // µs

    private readonly Process _strace;
    private readonly int _pid;
    private readonly int _killAt;
    private readonly Task _reading;
    private readonly TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _said = [];

    private TracedSteps(int pid, int killAt)
    {
        _pid = pid;
        _killAt = killAt;
        // What the server starts is let go at its execve: shims and containers are not traced.
        string[] argv = ["-f", "-b", "execve", "-p", $"{pid}", "-e", "signal=none", "-e", "trace=" + Calls, "-e", $"inject={Calls}:delay_exit={Hold}", "--quiet=exit"];
        _strace = Process.Start(new ProcessStartInfo("strace", argv) { RedirectStandardError = true })!;
        _reading = ReadAsync();
    }

    /// <summary>So far.</summary>
    public int Count { get; private set; }

    /// <summary>The call at which the server was killed. Null: it has not come.</summary>
    public string? KilledAt { get; private set; }

    /// <param name="killAt">The number of the step, from 1; 0 only counts.</param>
    public static async Task<TracedSteps> AttachAsync(int pid, int killAt)
    {
        var steps = new TracedSteps(pid, killAt);
        await steps._attached.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return steps;
    }

    public async ValueTask DisposeAsync()
    {
        // The kernel lets go of the server for it. Asked to do so itself, it waits for ever for the leader of a process that dies in this moment.
        _strace.Kill();
        await _strace.WaitForExitAsync(CancellationToken.None);
        await _reading;
        _strace.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _strace.StandardError.ReadLineAsync() is { } line)
        {
            _said.Add(line);
            if (line.StartsWith("strace: ", StringComparison.Ordinal))
            {
                if (line.Contains("attached", StringComparison.Ordinal)) _attached.TrySetResult();
                continue;
            }
            if (line.Contains(" resumed>", StringComparison.Ordinal) || !line.Contains('(')) continue;
            if (++Count != _killAt) continue;
            using var server = Process.GetProcessById(_pid);
            server.Kill();
            KilledAt = line;
        }
        _attached.TrySetException(new InvalidOperationException("strace: " + string.Join('\n', _said.TakeLast(5))));
    }
}
