using System.Runtime.CompilerServices;

namespace Dashboard.Tests.Shared;

/// <summary>Where the tests find the built product and keep their files: caches outlive a run, work directories do not.</summary>
internal static class TestPlaces
{
    /// <summary>The root of the source tree, found from where this file was compiled.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(SourceDirectory(), "..", ".."));

    /// <summary><c>Debug</c> or <c>Release</c>: the tests judge the build that they belong to.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent?.Name ?? "Debug";

    public static string ServerAssembly { get; } =
        Path.Combine(Repository, "Dashboard.Server", "bin", Configuration, "net10.0", "Dashboard.Server.dll");

    public static string RuntimeBinary { get; } = Path.Combine(Repository, "Dashboard.Runtime", "bin", "aot", Configuration, "dashboard-runtime");

    /// <summary>Outside the tree, safe to delete at any time between runs.</summary>
    public static string Cache { get; } = Directory.CreateDirectory(Path.Combine(CacheHome(), "dashboard-tests")).FullName;

    /// <summary>Screenshots and the logs of failed hosts.</summary>
    public static string Artifacts { get; } = Directory.CreateDirectory(
        Environment.GetEnvironmentVariable("DASHBOARD_TEST_ARTIFACTS") is { Length: > 0 } set ? set : Path.Combine(Repository, "artifacts")).FullName;

    /// <summary>A new empty directory on a real file system: an overlay's upper directory cannot be on an overlay.</summary>
    public static string NewWorkDirectory(string purpose) =>
        Directory.CreateDirectory($"/var/tmp/dashboard-tests/{purpose}-{Guid.NewGuid().ToString("N")[..8]}").FullName;

    private static string CacheHome() => Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
        ? set
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    private static string SourceDirectory([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
