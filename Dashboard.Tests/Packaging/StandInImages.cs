using System.Text.Json;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Packaging;

/// <summary>
/// What the Dockerfile takes from a registry, made from what this machine has: Debian, the .NET that runs the tests, and the
/// packages that the product was built from here, as a source of their own. No registry is asked, and a build on them needs no network.
/// </summary>
internal static class StandInImages
{
    public const string Sdk = "stand-in/dotnet-sdk:10.0";
    public const string Runtime = "stand-in/dotnet-aspnet:10.0";
    /// <summary>In the SDK's image.</summary>
    public const string NugetSource = "/nuget";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);
    /// <summary>.../shared/Microsoft.NETCore.App/VERSION/System.Private.CoreLib.dll</summary>
    private static readonly string s_dotnet = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    public static async Task MakeAsync(DockerCli docker)
    {
        await MakeAsync(docker, Sdk, await DebianWithLinkerAsync(),
            // A third of the SDK is for F#, for tools and for other frameworks.
            ["--exclude=sdk/*/FSharp", "--exclude=sdk/*/DotnetTools", "--exclude=sdk/*/TestHostNetFramework", "--exclude=./templates", "-C", s_dotnet, "."],
            ["--transform=s|.*/|nuget/|", "-P", .. Packages()]);
        await MakeAsync(docker, Runtime, await TestImages.DebianTarAsync(), ["-C", s_dotnet, "./dotnet", "./host", "./shared"]);
    }

    private static async Task MakeAsync(DockerCli docker, string image, string debian, string[] dotnet, string[]? root = null)
    {
        await Patient(docker.Of("import", debian, image));
        var container = await docker.OkAsync("create", "-w", "/usr/share/dotnet", image, "true");
        await CopyAsync(docker, container + ":/usr/share/dotnet", dotnet);
        if (root is not null)
            await CopyAsync(docker, container + ":/", root);
        await Patient(docker.Of("commit", "-c", "WORKDIR /", "-c", "ENV PATH=/usr/share/dotnet:/usr/sbin:/usr/bin:/sbin:/bin", container, image));
        await docker.OkAsync("rm", container);
    }

    // tar … | docker cp - CONTAINER:PLACE
    private static Task CopyAsync(DockerCli docker, string place, string[] tar)
    {
        var copy = docker.Of("cp", "-", place);
        return Patient(copy with { Argv = ["bash", "-o", "pipefail", "-c", "tar --numeric-owner -cf - \"${@:5}\" | \"${@:1:4}\"", "bash", .. copy.Argv, .. tar] });
    }

    /// <summary>A tar of Debian 12 (minbase) with gcc: 50 s and 280 MB, once.</summary>
    private static Task<string> DebianWithLinkerAsync() => TestCache.GetAsync("debian-bookworm-gcc-1.tar", async tar =>
    {
        var root = tar + ".rootfs";
        try
        {
            await Patient(new Command(["debootstrap", "--variant=minbase", "--include=gcc,libc6-dev,binutils,libssl3,ca-certificates", "bookworm", root]));
            await Patient(new Command(["sh", "-c", "cd \"$1\" && rm -rf var/cache/apt/archives/*.deb var/lib/apt/lists/* usr/share/doc/* usr/share/man/* usr/share/locale/*", "sh", root]));
            await Patient(new Command(["tar", "--numeric-owner", "--xattrs", "-C", root, "-cf", tar, "."]));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    });

    /// <summary>The .nupkg files of everything that the product's projects were restored with.</summary>
    private static IReadOnlyList<string> Packages() =>
    [
        .. Directory.EnumerateDirectories(TestPlaces.Repository, "Dashboard.*")
            .Where(project => Path.GetFileName(project) != "Dashboard.Tests")
            .Select(project => Path.Combine(project, "obj", "project.assets.json")).Where(File.Exists)
            .SelectMany(PackagesOf).Distinct().Order(StringComparer.Ordinal),
    ];

    // "libraries": { "MudBlazor/9.12.0": { "type": "package", "path": "mudblazor/9.12.0" } }, "packageFolders": { "/root/.nuget/packages/": {} },
    // "project": { "frameworks": { "net10.0": { "downloadDependencies": [ { "name": "Microsoft.DotNet.ILCompiler", "version": "[10.0.12, 10.0.12]" } ] } } }
    private static List<string> PackagesOf(string assets)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(assets));
        var root = document.RootElement;
        var paths = root.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package")
            .Select(library => library.Value.GetProperty("path").GetString()!);
        var downloads = root.GetProperty("project").GetProperty("frameworks").EnumerateObject()
            .SelectMany(framework => framework.Value.TryGetProperty("downloadDependencies", out var list) ? list.EnumerateArray().ToList() : [])
            .Select(download => $"{download.GetProperty("name").GetString()!.ToLowerInvariant()}/{download.GetProperty("version").GetString()!.Trim('[', ']').Split(',')[0]}");
        var folders = root.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        return [.. paths.Concat(downloads).Select(path => folders.Select(folder => Path.Combine(folder, path, path.Replace('/', '.') + ".nupkg")).First(File.Exists))];
    }

    private static async Task Patient(Command command) => (await (command with { Limit = s_limit }).RunAsync()).MustSucceed();
}
