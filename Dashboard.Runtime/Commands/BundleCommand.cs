using System.Text.Json;
using Dashboard.Linux;
using Dashboard.Oci;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Commands;

/// <summary>run and exec over a bundle, in the foreground, as runc does them.</summary>
internal static unsafe class BundleCommand
{
    public static int Run(CommandLine line)
    {
        var spec = JsonSerializer.Deserialize(File.ReadAllBytes($"{line.Bundle}/config.json"), OciJson.Default.Spec)!;
        var rootfs = Path.GetFullPath(Path.Combine(line.Bundle, spec.Root.Path));
        var init = Launcher.Create(new LaunchRequest { Spec = spec, RootfsPath = rootfs, StdinFd = 0, StdoutFd = 1, StderrFd = 2, Init = line.Init });
        var state = $"{line.StateRoot}/{line.Id}";
        try
        {
            Directory.CreateDirectory(state);
            File.WriteAllText($"{state}/pid", init.Pid.ToString());
            File.Copy($"{line.Bundle}/config.json", $"{state}/config.json", overwrite: true);
            init.Start(out var master);
            ConsoleSocket.Send(line.ConsoleSocket, master);
            return Wait(init.PidFd);
        }
        finally
        {
            init.Cgroup?.Kill();
            init.Cgroup?.Remove();
            Directory.Delete(state, recursive: true);
        }
    }

    public static int Exec(CommandLine line)
    {
        var state = $"{line.StateRoot}/{line.Id}";
        if (!File.Exists($"{state}/pid"))
            throw new LaunchException($"container {line.Id} does not exist under {line.StateRoot}");
        var spec = JsonSerializer.Deserialize(File.ReadAllBytes($"{state}/config.json"), OciJson.Default.Spec)!;
        var file = line.ProcessFile ?? throw new LaunchException("exec needs --process FILE");
        var process = JsonSerializer.Deserialize(File.ReadAllBytes(file), OciJson.Default.Process)!;
        var pid = int.Parse(File.ReadAllText($"{state}/pid"));
        var execed = Launcher.Exec(new ExecRequest { Process = process, ContainerSpec = spec, InitPid = pid, StdinFd = 0, StdoutFd = 1, StderrFd = 2 });
        ConsoleSocket.Send(line.ConsoleSocket, execed.ConsoleMasterFd);
        return Wait(execed.PidFd);
    }

    private static int Wait(int pidFd)
    {
        Pidfd.ChildInfo info;
        while (Pidfd.waitid(Pidfd.P_PIDFD, pidFd, &info, Pidfd.WEXITED) != 0)
        {
            if (Errno.Last != Errno.EINTR)
                throw new LaunchException($"waitid: {Errno.Text(Errno.Last)}");
        }
        return info.Code == Pidfd.CLD_EXITED ? info.Status : 128 + info.Status;
    }
}
