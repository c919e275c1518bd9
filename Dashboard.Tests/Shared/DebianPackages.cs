namespace Dashboard.Tests.Shared;

/// <summary>
/// Programs out of Debian packages that must not be installed: docker.io would start a daemon and can push out a user's
/// docker-ce, docker-compose would hide a user's newer one. They are unpacked into the cache and run from there.
/// </summary>
internal static class DebianPackages
{
    private static readonly string[] s_dockerd = ["docker.io", "containerd", "runc", "tini", "libdevmapper1.02.1", "libseccomp2"];

    // What python3-distutils (which test.sh installs) does not bring with it: docker-compose recommends docker.io.
    private static readonly string[] s_compose =
    [
        "docker-compose", "libyaml-0-2", "python3-attr", "python3-certifi", "python3-chardet", "python3-charset-normalizer", "python3-distro", "python3-docker", "python3-dockerpty",
        "python3-docopt", "python3-dotenv", "python3-idna", "python3-jsonschema", "python3-pyrsistent", "python3-requests", "python3-six", "python3-texttable",
        "python3-urllib3", "python3-websocket", "python3-yaml",
    ];

    /// <summary>A tree with usr/sbin/dockerd, usr/bin/containerd, usr/bin/docker and the rest.</summary>
    public static Task<string> DockerAsync() => UnpackedAsync("docker-debian-12", s_dockerd);

    /// <summary>A tree with usr/bin/docker-compose 1.29 and docker-py 5 in usr/lib/python3/dist-packages.</summary>
    public static Task<string> ComposeAsync() => UnpackedAsync("docker-compose-debian-12", s_compose);

    /// <summary>The registry's program.</summary>
    public static async Task<string> RegistryAsync() => Path.Combine(await UnpackedAsync("docker-registry-debian-12", ["docker-registry"]), "usr", "bin", "docker-registry");

    /// <summary>Debian's docker client 20.10.</summary>
    public static async Task<string> OldDockerClientAsync() => Path.Combine(await DockerAsync(), "usr", "bin", "docker");

    /// <summary>The machine's own docker client of 28 or newer, if it has one.</summary>
    public static async Task<string?> NewDockerClientAsync() =>
        FindOnPath("docker") is { } installed && await MajorVersionAsync(installed) >= 28 ? installed : null;

    /// <summary>The machine's own docker client where it is 28 or newer, else Debian's 20.10.</summary>
    public static async Task<string> DockerClientAsync()
    {
        if (Environment.GetEnvironmentVariable("DASHBOARD_TEST_DOCKER") is { Length: > 0 } chosen) return chosen;
        return await NewDockerClientAsync() ?? await OldDockerClientAsync();
    }

    public static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"])
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    private static Task<string> UnpackedAsync(string entry, string[] names) => TestCache.GetAsync(entry, async tree =>
    {
        var packages = Directory.CreateDirectory(tree + ".packages").FullName;
        try
        {
            (await new Command(["sh", "-c", "cd \"$1\" && shift && exec apt-get -q -o APT::Sandbox::User=root download \"$@\"", "sh", packages, .. names])
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

    // "Docker version 28.2.2, build e6534b4"
    private static async Task<int> MajorVersionAsync(string docker)
    {
        var words = (await Command.RunAsync(docker, "--version")).MustSucceed().Text.Split(' ');
        return words.Length > 2 && int.TryParse(words[2].Split('.')[0], out var major) ? major : 0;
    }
}
