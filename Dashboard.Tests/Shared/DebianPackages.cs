namespace Dashboard.Tests.Shared;

/// <summary>
/// Programs out of Debian packages that must not be installed: docker.io would start a daemon and can push out a user's
/// docker-ce. They are unpacked into the cache and run from there.
/// </summary>
internal static class DebianPackages
{
    private static readonly string[] s_dockerd = ["docker.io", "containerd", "runc", "tini", "libdevmapper1.02.1", "libseccomp2"];

    /// <summary>A tree with usr/sbin/dockerd, usr/bin/containerd, usr/bin/docker and the rest.</summary>
    public static Task<string> DockerAsync() => TestCache.GetAsync("docker-debian-12", async tree =>
    {
        var packages = Directory.CreateDirectory(tree + ".packages").FullName;
        try
        {
            (await new Command(["sh", "-c", "cd \"$1\" && shift && exec apt-get -q -o APT::Sandbox::User=root download \"$@\"", "sh", packages, .. s_dockerd])
            {
                Limit = TimeSpan.FromMinutes(5),
            }.RunAsync()).MustSucceed();
            Directory.CreateDirectory(tree);
            foreach (var package in Directory.GetFiles(packages, "*.deb")) (await Command.RunAsync("dpkg", "-x", package, tree)).MustSucceed();
        }
        finally
        {
            Directory.Delete(packages, recursive: true);
        }
    });

    /// <summary>The machine's own docker client where it is 28 or newer, else Debian's 20.10.</summary>
    public static async Task<string> DockerClientAsync()
    {
        if (Environment.GetEnvironmentVariable("DASHBOARD_TEST_DOCKER") is { Length: > 0 } chosen) return chosen;
        if (FindOnPath("docker") is { } installed && await MajorVersionAsync(installed) >= 28) return installed;
        return Path.Combine(await DockerAsync(), "usr", "bin", "docker");
    }

    public static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"])
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    // "Docker version 28.2.2, build e6534b4"
    private static async Task<int> MajorVersionAsync(string docker)
    {
        var words = (await Command.RunAsync(docker, "--version")).MustSucceed().Text.Split(' ');
        return words.Length > 2 && int.TryParse(words[2].Split('.')[0], out var major) ? major : 0;
    }
}
