using System.Net;
using System.Text.RegularExpressions;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Server.Hosting;

/// <summary>The server as somebody who is not root starts it.</summary>
public sealed partial class NotRootTests
{
    [Fact]
    public async Task Start_AsNobody_ServesWithoutTheEngineAndSaysWhy()
    {
        var work = TestPlaces.NewWorkDirectory("nobody");
        try
        {
            // The tree may lie where only root can read.
            var program = Path.Combine(work, "program");
            await Run("cp", "-r", Path.GetDirectoryName(TestPlaces.ServerAssembly)!, program);
            // A build, unlike a publish, has its assets in the home of whoever built it.
            File.Delete(Path.Combine(program, "Dashboard.Server.staticwebassets.runtime.json"));
            await Run("chmod", "-R", "a+rX", work);
            await Run("install", "-d", "-o", "65534", Path.Combine(work, "home"));
            string[] command =
            [
                "env", "-C", program, "HOME=" + Path.Combine(work, "home"), "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                "dotnet", Path.Combine(program, "Dashboard.Server.dll"), "--urls", "http://127.0.0.1:0", "--connect", "none",
            ];
            await using var server = new Command(command).Start();

            await server.ExpectAsync("Engine     off.", TimeSpan.FromSeconds(60));
            Assert.Contains("needs root", server.StdoutSoFar, StringComparison.Ordinal);
            Assert.Contains("sudo", server.StdoutSoFar, StringComparison.Ordinal);
            using var browser = new HttpClient();
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri(new Uri(LinkPattern().Match(server.StdoutSoFar).Value), "/login"))).StatusCode);
            Assert.True(File.Exists(Path.Combine(work, "home", ".local", "share", "dashboard", "ui.db")));
            await server.SignalAsync("TERM");
            Assert.Equal(0, (await server.WaitAsync()).ExitCode);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task Run(params string[] command) => (await Command.RunAsync(command)).MustSucceed();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/\S*")]
    private static partial Regex LinkPattern();
}
