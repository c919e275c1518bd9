using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Oci.Shim;

/// <summary>shim.json: what a shim needs beside the OCI config.json.</summary>
public sealed record ShimSpec
{
    /// <summary>Overlay layers, top first.</summary>
    public required IReadOnlyList<string> LowerDirs { get; init; }
    public required string UpperDir { get; init; }
    public required string WorkDir { get; init; }
    public bool OpenStdin { get; set; }
    public bool StdinOnce { get; set; }
    public bool Init { get; set; }
    /// <summary>Null: no log.</summary>
    public string? LogPath { get; set; }
    public long LogMaxSize { get; set; }
    public int LogMaxFile { get; set; } = 1;
    /// <summary>A JSON object that every line of the log carries.</summary>
    public string? LogAttributes { get; set; }
    public IReadOnlyList<ShimPort> Ports { get; set; } = [];
    /// <summary>Where idle shims live; null leaves it where it was started.</summary>
    public string? ShimCgroup { get; set; }
}

/// <summary>A host port to hold.</summary>
public sealed record ShimPort
{
    public required string Protocol { get; init; }
    public required string Address { get; init; }
    public int HostPort { get; set; }
    public int ContainerPort { get; set; }
}

/// <summary>The one line on the shim's stdout. With <see cref="Error"/> the shim is about to exit and has undone everything.</summary>
public sealed record ShimCreated
{
    public int Pid { get; set; }
    public IReadOnlyList<ShimPort> Ports { get; set; } = [];
    public string? Error { get; set; }
    public int ExitCode { get; set; }
    /// <summary>The port whose bind failed.</summary>
    public ShimPort? Port { get; set; }
}

/// <summary>exit.json, exec/&lt;id&gt;.json, and the payload of Exit.</summary>
public sealed record ShimExit
{
    public int ExitCode { get; set; }
    /// <summary>Nanoseconds since the epoch.</summary>
    public long ExitedAtNano { get; set; }
    public bool OomKilled { get; set; }
    /// <summary>Bytes of output that did not reach the log for want of space.</summary>
    public long LogBytesDropped { get; set; }
}

/// <summary>shim.pid: who the shim and the init are, with start times against the reuse of pids (proc_pid_stat(5), field 22).</summary>
public sealed record ShimIdentity
{
    public int ShimPid { get; set; }
    public ulong ShimStart { get; set; }
    public int InitPid { get; set; }
    public IReadOnlyList<ShimPort> Ports { get; set; } = [];
}

public sealed record ShimExec
{
    public required string ExecId { get; init; }
    public required Process Process { get; init; }
    public bool Stdin { get; set; }
    public bool Stdout { get; set; }
    public bool Stderr { get; set; }
}
