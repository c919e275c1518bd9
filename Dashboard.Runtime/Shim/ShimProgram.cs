using System.Text;
using System.Text.Json;
using Dashboard.Linux;
using Dashboard.Oci;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Oci.Shim;
using Dashboard.Runtime.Cgroups;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Shim;

/// <summary>
/// <c>dashboard-runtime shim --bundle DIR</c>: makes one container and stays with it. Everything that can fail comes before
/// the one line on stdout; a failure undoes itself and is that line.
/// </summary>
internal static unsafe class ShimProgram
{
    public static int Run(string bundle)
    {
        _ = Unistd.setsid();
        // Relative paths from here on: a unix socket's path has 108 bytes, a run-root may be longer.
        if (Unistd.chdir(bundle) != 0)
            throw new LaunchException($"bundle {bundle}: {Errno.Text(Errno.Last)}");
        var spec = JsonSerializer.Deserialize(File.ReadAllBytes("config.json"), OciJson.Default.Spec)!;
        var shim = JsonSerializer.Deserialize(File.ReadAllBytes(ShimProtocol.SpecName), OciJson.Default.ShimSpec)!;
        var ports = new List<HeldPort>();
        foreach (var wanted in shim.Ports)
        {
            if (HeldPort.Bind(wanted, out var error) is not { } held)
            {
                Report(new ShimCreated { Error = Errno.Text(error), ExitCode = 128, Port = wanted });
                return 1;
            }
            ports.Add(held);
        }
        var loop = new EventLoop();
        var log = shim.LogPath is null ? null : new LogFile(shim.LogPath, shim.LogMaxSize, shim.LogMaxFile, shim.LogAttributes);
        var stdio = new ProcessStdio(loop, spec.Process.Terminal, shim.OpenStdin, log);
        InitProcess init;
        int listener;
        try
        {
            Directory.CreateDirectory("rootfs");
            spec = RootfsMount.Mount(shim, spec, "rootfs");
            stdio.MakePipes();
            init = Launcher.Create(new LaunchRequest { Spec = spec, RootfsPath = Path.GetFullPath("rootfs"), StdinFd = stdio.ChildIn, StdoutFd = stdio.ChildOut, StderrFd = stdio.ChildErr, Init = shim.Init });
            stdio.CloseChildEnds();
        }
        catch (LaunchException error)
        {
            Report(new ShimCreated { Error = error.Message, ExitCode = error.ExitCode });
            return 1;
        }
        try
        {
            listener = Listen();
            var identity = new ShimIdentity { ShimPid = Unistd.getpid(), ShimStart = Record.StartTime(Unistd.getpid()), InitPid = init.Pid, Ports = [.. ports.Select(port => port.Port)] };
            Record.Reserve(ShimProtocol.ExitName);
            Record.Write(ShimProtocol.PidName, JsonSerializer.SerializeToUtf8Bytes(identity, OciJson.Default.ShimIdentity));
        }
        catch (Exception error) when (error is LaunchException or IOException)
        {
            init.Abort();
            Report(new ShimCreated { Error = error.Message, ExitCode = 128 });
            return 1;
        }
        Report(new ShimCreated { Pid = init.Pid, Ports = [.. ports.Select(port => port.Port)] });
        CloseStdio();
        // Not earlier: a child that stays as the container's init keeps the name that it has.
        ProcessTitle.Set("dashboard-shim");
        new ShimServer(loop, spec, shim, init, stdio, log, ports, listener).Run();
        return 0;
    }

    private static void Report(ShimCreated created)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(created, OciJson.Default.ShimCreated), (byte)'\n'];
        fixed (byte* data = line)
            _ = Unistd.write(1, data, (nuint)line.Length);
    }

    private static int Listen()
    {
        var fd = SocketNative.socket(SocketNative.AF_UNIX, SocketNative.SOCK_STREAM | SocketNative.SOCK_CLOEXEC | SocketNative.SOCK_NONBLOCK, 0);
        var name = stackalloc byte[SocketNative.UnixPathMax + 2];
        new Span<byte>(name, SocketNative.UnixPathMax + 2).Clear();
        *(ushort*)name = SocketNative.AF_UNIX;
        Encoding.UTF8.GetBytes(ShimProtocol.SocketName, new Span<byte>(name + 2, SocketNative.UnixPathMax));
        var mask = Stat.umask(0x7f);
        var bound = SocketNative.bind(fd, name, SocketNative.UnixPathMax + 2);
        var error = Errno.Last;
        _ = Stat.umask(mask);
        if (bound != 0 || SocketNative.listen(fd, 128) != 0)
            throw new LaunchException($"{ShimProtocol.SocketName}: {Errno.Text(bound != 0 ? error : Errno.Last)}");
        return fd;
    }

    private static void CloseStdio()
    {
        var fd = Fcntl.open("/dev/null", Fcntl.O_RDWR | Fcntl.O_CLOEXEC, 0);
        for (var target = 0; target < 3; target++)
            _ = Unistd.dup3(fd, target, 0);
        Unistd.close(fd);
    }
}
