using System.Text;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Unified;

/// <summary>
/// Debian 12 with its stock kernel (6.1, cgroup v2 alone, all controllers and capabilities) under qemu's software
/// emulation: what most users have, on whatever machine the tests run. Its second disk, made for each run, is mounted at
/// /vm and holds a script and what that needs. Nothing is kept: the console is the result.
/// </summary>
internal static class VirtualMachine
{
    private const string Packages = "linux-image-cloud-amd64,systemd-sysv,udev,kmod,libstdc++6,libssl3,zlib1g,iproute2,nftables,busybox-static,procps,util-linux,ca-certificates";

    private const string Unit =
        """
        [Unit]
        Description=Runs the script of the second disk
        [Service]
        Type=oneshot
        ExecStart=/bin/sh -c 'mkdir -p /vm && mount /dev/vdb /vm && exec sh /vm/run'
        ExecStopPost=/sbin/poweroff -f
        StandardOutput=tty
        StandardError=tty
        TTYPath=/dev/ttyS0
        """;

    /// <summary>Boots, runs <paramref name="files"/>/run as root and returns everything that was said on the console.</summary>
    /// <exception cref="CommandFailedException">It did not power itself off within <paramref name="limit"/>.</exception>
    public static async Task<string> RunAsync(string files, TimeSpan limit)
    {
        var system = await TestCache.GetAsync("vm-bookworm-1", MakeAsync);
        var disk = files + ".img";
        try
        {
            await PatientAsync("mke2fs", "-q", "-t", "ext4", "-d", files, disk, "1G");
            var machine = new Command(
            [
                "qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=multi", "-smp", "2", "-m", "4096", "-nographic", "-no-reboot", "-net", "none",
                "-kernel", Path.Combine(system, "vmlinuz"), "-initrd", Path.Combine(system, "initrd"),
                "-append", "root=/dev/vda rw console=ttyS0 quiet loglevel=1 systemd.unit=vm.service systemd.show_status=0",
                // snapshot: writes go to a file that is gone when qemu is.
                "-drive", $"file={Path.Combine(system, "root.img")},if=virtio,format=raw,snapshot=on", "-drive", $"file={disk},if=virtio,format=raw,snapshot=on",
            ])
            { Limit = limit };
            return (await machine.RunAsync()).MustSucceed().Stdout.Replace("\r", "", StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(disk);
        }
    }

    private static async Task MakeAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        var root = Path.Combine(directory, "rootfs");
        await PatientAsync("debootstrap", "--variant=minbase", "--include=" + Packages, "bookworm", root);
        await File.WriteAllTextAsync(Path.Combine(root, "etc/systemd/system/vm.service"), Unit, Encoding.ASCII);
        // It would take the console.
        File.CreateSymbolicLink(Path.Combine(root, "etc/systemd/system/serial-getty@ttyS0.service"), "/dev/null");
        await File.WriteAllTextAsync(Path.Combine(root, "etc/hostname"), "vm\n");
        File.Copy(Directory.GetFiles(Path.Combine(root, "boot"), "vmlinuz-*").Single(), Path.Combine(directory, "vmlinuz"));
        File.Copy(Directory.GetFiles(Path.Combine(root, "boot"), "initrd.img-*").Single(), Path.Combine(directory, "initrd"));
        await PatientAsync("mke2fs", "-q", "-t", "ext4", "-d", root, Path.Combine(directory, "root.img"), "4G");
        Directory.Delete(root, recursive: true);
    }

    private static async Task PatientAsync(params string[] argv) => (await new Command(argv) { Limit = TimeSpan.FromMinutes(10) }.RunAsync()).MustSucceed();
}
