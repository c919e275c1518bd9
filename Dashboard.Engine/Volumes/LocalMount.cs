using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Errors;
using Dashboard.Linux;

namespace Dashboard.Engine.Volumes;

/// <summary>Mounts what a volume's options name at its data directory, on the host, and takes it away again.</summary>
internal static class LocalMount
{
    /// <exception cref="EngineException">In Docker's words, the password not among them.</exception>
    public static void Make(LocalOptions options, string place)
    {
        var words = MountWords.Parse(Resolve(options));
        if (MountNative.mount(options.Device, place, options.Type, words.Flags, words.Data) != 0)
            throw Failed(options, words, place, Errno.Last);
        if (words.Propagation != 0 && MountNative.mount("none", place, "", words.Propagation, "") != 0)
            throw Undone(options, words, place);
        // A bind takes "ro" in a second step only.
        const ulong readOnlyBind = MountWords.Bind | MountWords.ReadOnly;
        if ((words.Flags & readOnlyBind) == readOnlyBind && MountNative.mount("", place, "", words.Flags | MountWords.Remount, words.Data) != 0)
            throw Undone(options, words, place);
    }

    /// <summary>Gone from sight at once; what a process still has open is gone when it closes it. No mount is no error.</summary>
    public static void Remove(string place)
    {
        if (MountNative.umount2(place, MountNative.MNT_DETACH) != 0 && Errno.Last is not (Errno.EINVAL or Errno.ENOENT))
            throw new EngineException(ErrorKind.System, $"unmount {place}: {Errno.Text(Errno.Last)}");
    }

    private static EngineException Undone(LocalOptions options, MountWords words, string place)
    {
        var error = Failed(options, words, place, Errno.Last);
        Remove(place);
        return error;
    }

    private static EngineException Failed(LocalOptions options, MountWords words, string place, int errno)
    {
        var flags = words.Flags != 0 ? $", flags: 0x{words.Flags:x}" : "";
        var data = words.Data is "" ? "" : ", data: " + Masked(words.Data);
        return new EngineException(ErrorKind.System, $"failed to mount local volume: mount {options.Device}:{place}{flags}{data}: {Errno.Text(errno)}");
    }

    public static string Masked(string data) =>
        string.Join(',', data.Split(',').Select(word => word.StartsWith("password=", StringComparison.Ordinal) ? "password=********" : word));

    // The kernel's NFS and CIFS know no names, only addresses.
    private static string Resolve(LocalOptions options)
    {
        if (!options.Type.StartsWith("nfs", StringComparison.Ordinal) && options.Type is not "cifs")
            return options.Data;
        return string.Join(',', options.Data.Split(',').Select(word =>
            word.StartsWith("addr=", StringComparison.Ordinal) && !IPAddress.TryParse(word[5..], out _) ? "addr=" + AddressOf(word[5..]) : word));
    }

    private static IPAddress AddressOf(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host).FirstOrDefault()
                ?? throw new EngineException(ErrorKind.System, $"error resolving passed in network volume address: {host}: no address");
        }
        catch (SocketException error)
        {
            throw new EngineException(ErrorKind.System, $"error resolving passed in network volume address: {host}: {error.Message}", error);
        }
    }
}
