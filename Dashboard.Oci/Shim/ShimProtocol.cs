namespace Dashboard.Oci.Shim;

/// <summary>
/// What passes between the server and a shim, on the stream socket <c>shim.sock</c> of the bundle.
/// <code>
///   frame:  u32 length of payload (little-endian) | u8 kind | payload
///
///   server                                   shim
///     (stdout pipe) &lt;----------------- one line: ShimCreated, then the pipe is closed
///     Hello {u32 version} -----------------&gt;
///     &lt;----------------- Hello {u32 version}          both speak the lower one
///   a control connection:
///     Start | Signal | KillAll | Freeze | Resize | Pids | HeldSockets | Update {Resources} | Delete ---&gt;
///     &lt;----------------- Reply {u8 0} data, or Reply {u8 1, u8 exit code} text; in order
///     &lt;----------------- Exit {ShimExit}              pushed once, after the record is durable
///   a stream connection, after Attach {u8 mask 1 in, 2 out, 4 err} or Exec {ShimExec}:
///     &lt;----------------- Reply
///     Input bytes ...  InputEnd -----------&gt;           half-close: output goes on
///     Resize {u16 rows, u16 columns} ------&gt;           (exec)
///     Signal {i32} ------------------------&gt;           (exec; a shim that is older does not hear it)
///     &lt;----------------- Stdout bytes | Stderr bytes ...  OutputEnd
///     &lt;----------------- Exit {ShimExit}               (exec) after OutputEnd
/// </code>
/// HeldSockets answers with one byte and the sockets as SCM_RIGHTS (unix(7)). Order matters in one place: a shim writes
/// exit.json, by rename, before it sends any Exit, so that a server that dies in between finds it.
/// </summary>
public static class ShimProtocol
{
    public const uint Version = 1;

    /// <summary>Bytes before the payload.</summary>
    public const int HeaderSize = 5;

    /// <summary>Longer frames are a protocol error.</summary>
    public const int MaxPayload = 16 << 20;

    public const string SocketName = "shim.sock", SpecName = "shim.json", PidName = "shim.pid", ExitName = "exit.json";
}

/// <summary>Kinds of frames, see <see cref="ShimProtocol"/>.</summary>
public enum ShimFrame : byte
{
    Hello = 1,
    Start = 2,
    Signal = 3,
    KillAll = 4,
    Freeze = 5,
    Resize = 6,
    Pids = 7,
    HeldSockets = 8,
    Delete = 9,
    Attach = 10,
    Exec = 11,
    Update = 12,
    Reply = 32,
    Exit = 33,
    Input = 64,
    InputEnd = 65,
    Stdout = 66,
    Stderr = 67,
    OutputEnd = 68,
}
