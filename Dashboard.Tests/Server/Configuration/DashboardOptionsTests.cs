using Dashboard.Server.Configuration;
using Microsoft.Extensions.Configuration;

namespace Dashboard.Tests.Server.Configuration;

public sealed class DashboardOptionsTests
{
    private static readonly IConfiguration s_nothing = new ConfigurationBuilder().Build();

    [Fact]
    public void Connect_Addresses_AreKeptInOrder()
    {
        var options = DashboardOptions.Parse(["--connect", "unix:///run/other.sock", "--connect=tcp://127.0.0.1:2375"], s_nothing);

        Assert.Equal(["unix:///run/other.sock", "tcp://127.0.0.1:2375/"], options.Connect.Select(each => each.ToString()));
        Assert.True(options.DiscoversEngines);
    }

    [Fact]
    public void Connect_None_LooksForNone()
    {
        var options = DashboardOptions.Parse(["--connect", "none", "--connect", "unix:///run/other.sock"], s_nothing);

        Assert.False(options.DiscoversEngines);
        Assert.Single(options.Connect);
    }

    [Theory]
    [InlineData("/run/docker.sock")]
    [InlineData("unix://")]
    [InlineData("unix://run/docker.sock")]
    [InlineData("ftp://host")]
    [InlineData("docker")]
    public void Connect_NoAddress_SaysWhatIs(string host)
    {
        var error = Assert.Throws<OptionException>(() => DashboardOptions.Parse(["--connect", host], s_nothing));

        Assert.Contains(host, error.Message, StringComparison.Ordinal);
        Assert.Contains("unix:///path", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true, "--stop-containers")]
    [InlineData(true, "--stop-containers", "--urls", "http://127.0.0.1:0")]
    [InlineData(false, "--stop-containers=false")]
    public void StopContainers_Flag_NeedsNoValue(bool expected, params string[] args) =>
        Assert.Equal(expected, DashboardOptions.Parse(args, s_nothing).StopContainers);

    [Theory]
    [InlineData("--stop-containers=perhaps")]
    [InlineData("--dataroot", "x")]
    [InlineData("--engine", "docker")]
    [InlineData("--urls")]
    [InlineData("plain")]
    public void Parse_UnknownOrIncomplete_NamesTheOption(params string[] args)
    {
        var error = Assert.Throws<OptionException>(() => DashboardOptions.Parse(args, s_nothing));

        Assert.Contains(args[0].Split('=')[0], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AppSettings_AreReadAndTheCommandLineWins()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Dashboard:data-root"] = "/a", ["Dashboard:run-root"] = "/b" }).Build();

        var options = DashboardOptions.Parse(["--data-root", "/c"], settings);

        Assert.Equal(("/c", "/b"), (options.DataRoot, options.RunRoot));
    }

    [Fact]
    public void DataRoot_NotAsRoot_IsAPlaceOfOnesOwn()
    {
        Assert.Equal("/var/lib/dashboard", DashboardOptions.DefaultDataRoot(isRoot: true));
        Assert.EndsWith("/dashboard", DashboardOptions.DefaultDataRoot(isRoot: false), StringComparison.Ordinal);
        Assert.NotEqual("/var/lib/dashboard", DashboardOptions.DefaultDataRoot(isRoot: false));
    }

    [Fact]
    public void Registries_Settings_AreKept()
    {
        var options = DashboardOptions.Parse(["--registry-mirror", "http://10.1.2.3:5000/", "--insecure-registry=10.0.0.0/8", "--insecure-registry", "registry.local:5000"], s_nothing);

        Assert.Equal(["http://10.1.2.3:5000/"], options.RegistryMirrors.Select(each => each.ToString()));
        Assert.Equal(["10.0.0.0/8", "registry.local:5000"], options.InsecureRegistries);
    }

    [Theory]
    [InlineData("--registry-mirror", "ftp://mirror")]
    [InlineData("--registry-mirror", "https://user:secret@mirror/")]
    [InlineData("--insecure-registry", "10.0.0.0/99")]
    [InlineData("--insecure-registry", "a b")]
    public void Registries_Wrong_AreRefusedByName(string name, string value) =>
        Assert.Contains($"{name} {value} is no ", Assert.Throws<OptionException>(() => DashboardOptions.Parse([name, value], s_nothing)).Message, StringComparison.Ordinal);
}
