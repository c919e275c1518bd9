using System.Diagnostics;
using Dashboard.Linux;
using Dashboard.Linux.Cgroups;
using Dashboard.Oci.Shim;

namespace Dashboard.Engine.Tasks;

/// <summary>What is done about shims that this server did not start: are they alive, and what of those that are not.</summary>
internal static class LostTask
{
    /// <summary>A pid alone may belong to somebody else by now; with its start time it cannot.</summary>
    public static bool IsAlive(ShimIdentity identity)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{identity.ShimPid}/stat");
            return ulong.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[19]) == identity.ShimStart;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Ends when the process has gone; it is not our child, so init reaps it.</summary>
    public static async Task WaitGoneAsync(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            await process.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // It had gone.
        }
    }

    public static void KillCgroup(CgroupLayout layout, string path)
    {
        string[] directories = [.. layout.V1.Select(hierarchy => hierarchy.MountPoint + path), .. layout.Unified is { } unified ? [unified + path] : Array.Empty<string>()];
        foreach (var directory in directories.Where(Directory.Exists))
        {
            foreach (var line in File.ReadAllLines(Path.Combine(directory, "cgroup.procs")))
                _ = Signal.kill(int.Parse(line), Signal.SIGKILL);
        }
        foreach (var directory in directories.Where(Directory.Exists))
        {
            for (var attempt = 0; Unistd.rmdir(directory) != 0 && Errno.Last == Errno.EBUSY && attempt < 500; attempt++)
                _ = Settle();
        }
    }

    // The kernel needs an instant to finish the exits; v1 has no event for it.
    private static unsafe int Settle() => Poll.poll(null, 0, 2);
}
