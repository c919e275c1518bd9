using System.Security.Cryptography;
using System.Text;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Acceptance;

/// <summary>The small C programs that run inside the containers, compiled once per version of their source.</summary>
internal static class Probe
{
    public static Task<string> ProgramAsync() => CompileAsync("probe", "-O1", "-static");

    public static Task<string> LoaderAsync() => CompileAsync("loader", "-O1", "-static", "-nostdlib", "-fno-stack-protector", "-fno-pie", "-no-pie");

    private static async Task<string> CompileAsync(string name, params string[] options)
    {
        var source = Path.Combine(TestPlaces.Repository, "Dashboard.Tests", "Runtime", "Acceptance", name + ".c");
        var version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(await File.ReadAllTextAsync(source) + string.Join(' ', options))))[..12];
        return await TestCache.GetAsync($"{name}-{version}", async target => (await Command.RunAsync(["gcc", .. options, "-o", target, source])).MustSucceed());
    }
}
