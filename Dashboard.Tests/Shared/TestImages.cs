using System.Text.Json.Nodes;

namespace Dashboard.Tests.Shared;

/// <summary>The images that the tests run: there is no registry, so they are made from Debian's packages.</summary>
internal static class TestImages
{
    public const string Busybox = "busybox:latest";
    public const string Debian = "debian:bookworm-slim";

    private static readonly Lazy<byte[]> s_busyboxLayer = new(MakeBusyboxLayer);

    /// <summary>A root file system of one static binary and its applets, with the users root, daemon and app.</summary>
    public static byte[] BusyboxLayer => s_busyboxLayer.Value;

    public static TestImage BusyboxImage { get; } = Of(Busybox);

    /// <summary>busybox under another name and configuration, with further layers on top.</summary>
    public static TestImage Of(string tag, JsonObject? config = null, params byte[][] layers) => new()
    {
        Tag = tag,
        Layers = [BusyboxLayer, .. layers],
        Config = config ?? new JsonObject
        {
            ["Env"] = new JsonArray("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
            ["Cmd"] = new JsonArray("sh"),
        },
    };

    /// <summary>The path of an uncompressed tar of Debian 12 (minbase) with python3: 40 s and 170 MB, once.</summary>
    public static Task<string> DebianTarAsync() => TestCache.GetAsync("debian-bookworm-python3-1.tar", async tar =>
    {
        var root = tar + ".rootfs";
        try
        {
            await Patient("debootstrap", "--variant=minbase", "--include=python3,procps", "bookworm", root);
            await Patient("sh", "-c", "rm -rf \"$1\"/var/cache/apt/archives/*.deb \"$1\"/var/lib/apt/lists/* \"$1\"/usr/share/doc/* \"$1\"/usr/share/man/*", "sh", root);
            await Patient("tar", "--numeric-owner", "--xattrs", "-C", root, "-cf", tar, ".");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    });

    /// <summary>
    /// Loads busybox and imports Debian, without which the suites do that need no more than busybox: on a machine without a
    /// network (<c>DASHBOARD_TEST_BUSYBOX_ONLY=1</c>) Debian cannot be made.
    /// </summary>
    public static async Task InstallAsync(IDockerHost host)
    {
        (await host.Docker.WithStdinAsync(BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
        if (Environment.GetEnvironmentVariable("DASHBOARD_TEST_BUSYBOX_ONLY") is "1") return;
        var import = host.Docker.Of("import", "-c", "CMD [\"bash\"]", await DebianTarAsync(), Debian) with { Limit = TimeSpan.FromMinutes(2) };
        (await import.RunAsync()).MustSucceed();
    }

    private static async Task Patient(params string[] argv) => (await new Command(argv) { Limit = TimeSpan.FromMinutes(10) }.RunAsync()).MustSucceed();

    private static byte[] MakeBusyboxLayer()
    {
        var binary = File.ReadAllBytes("/bin/busybox");
        var layer = new LayerBuilder();
        foreach (var directory in (string[])["bin", "dev", "etc", "home", "home/app", "proc", "root", "run", "sbin", "sys", "usr", "usr/bin", "usr/sbin", "var"])
            layer.Directory(directory + "/");
        layer.Directory("tmp/", 0b1_111_111_111).Directory("var/tmp/", 0b1_111_111_111)
            .File("bin/busybox", binary, 0b111_101_101)
            .File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\napp:x:1000:1000:App:/home/app:/bin/sh\n")
            .File("etc/group", "root:x:0:\ndaemon:x:1:\napp:x:1000:\nextra:x:2000:app\n")
            .File("etc/not-executable", "#!/bin/sh\necho never\n");
        foreach (var applet in Applets()) layer.Symlink("bin/" + applet, "busybox");
        return layer.ToArray();
    }

    private static IEnumerable<string> Applets()
    {
        using var list = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/busybox", "--list") { RedirectStandardOutput = true })!;
        return list.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(applet => applet != "busybox").ToList();
    }
}
