namespace Dashboard.Tests.Shared.FakeDocker;

/// <summary>A container of <see cref="FakeDockerApi"/>. Change it, then say so with <see cref="FakeDockerApi.Emit"/>.</summary>
internal sealed class FakeContainer(string name)
{
    public string Id { get; init; } = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));
    public string Name { get; set; } = name;
    public string Image { get; set; } = "busybox:latest";
    public string State { get; set; } = "running";
    public string Status { get; set; } = "Up 5 minutes";
    public DateTimeOffset Created { get; set; } = DateTimeOffset.UnixEpoch.AddYears(56);
    public bool Tty { get; set; }
    public long MemoryLimit { get; set; }
    public long NanoCpus { get; set; }
    public FakeLog Log { get; } = new();
    public bool IsRunning => State is "running" or "paused";

    /// <summary>For tests that number what they write.</summary>
    public int Lines { get; set; }

    /// <summary>Readings so far; each one moves all counters on.</summary>
    public int Readings { get; set; }

    public object Listed() => new
    {
        Id,
        Names = new[] { "/" + Name },
        Image,
        ImageID = "sha256:" + Id,
        Command = "sh",
        Created = Created.ToUnixTimeSeconds(),
        State,
        Status,
        Ports = Array.Empty<object>(),
        Labels = new Dictionary<string, string>(),
        Mounts = Array.Empty<object>(),
    };

    public object Inspected() => new
    {
        Id,
        Name = "/" + Name,
        Created = Created.ToString("O"),
        Path = "sh",
        Args = Array.Empty<string>(),
        State = new { Status = State, Running = IsRunning, Pid = IsRunning ? 4711 : 0 },
        Image = "sha256:" + Id,
        HostConfig = new { Memory = MemoryLimit, NanoCpus },
        Config = new { Tty, Image, Env = Array.Empty<string>(), Cmd = new[] { "sh" }, Labels = new Dictionary<string, string>() },
        NetworkSettings = new { Networks = new Dictionary<string, object>() },
        Mounts = Array.Empty<object>(),
    };

    /// <summary>0.25 of a CPU, memory that goes up and down by a few hundred KiB, 1,000 and 500 bytes a second on the network, 4 KiB read.</summary>
    public object Reading(DateTimeOffset now)
    {
        var step = (ulong)++Readings;
        return new
        {
            id = Id,
            name = "/" + Name,
            read = now.UtcDateTime.ToString("O"),
            preread = now.AddSeconds(-1).UtcDateTime.ToString("O"),
            num_procs = 0,
            pids_stats = new { current = 3 },
            cpu_stats = new { cpu_usage = new { total_usage = step * 250_000_000, usage_in_kernelmode = 0, usage_in_usermode = 0 }, system_cpu_usage = step * 2_000_000_000, online_cpus = 2 },
            precpu_stats = new { cpu_usage = new { total_usage = (step - 1) * 250_000_000 }, system_cpu_usage = (step - 1) * 2_000_000_000, online_cpus = 2 },
            memory_stats = new { usage = 13_000_000 + step % 8 * 40_960, limit = MemoryLimit > 0 ? MemoryLimit : 8L << 30, stats = new { inactive_file = 1_000_000 } },
            networks = new { eth0 = new { rx_bytes = step * 1000, tx_bytes = step * 500, rx_packets = 0, tx_packets = 0, rx_errors = 0, tx_errors = 0, rx_dropped = 0, tx_dropped = 0 } },
            blkio_stats = new { io_service_bytes_recursive = new[] { new { major = 8, minor = 0, op = "Read", value = step * 4096 }, new { major = 8, minor = 0, op = "Write", value = 0ul } } },
        };
    }
}
