using Dashboard.Engine.Images.Registry;

namespace Dashboard.Tests.Engine.Registry;

/// <summary>Where images are looked for, and whom certificates are asked of.</summary>
public sealed class RegistryHostsTests
{
    [Theory]
    [InlineData("docker.io", "https://registry-1.docker.io/ checked")]
    [InlineData("198.51.100.1:5000", "https://198.51.100.1:5000/ checked")]
    [InlineData("127.0.0.1:5000", "https://127.0.0.1:5000/ unchecked, http://127.0.0.1:5000/ unchecked")]
    [InlineData("127.9.9.9", "https://127.9.9.9/ unchecked, http://127.9.9.9/ unchecked")]
    [InlineData("localhost:5000", "https://localhost:5000/ unchecked, http://localhost:5000/ unchecked")]
    [InlineData("198.51.100.1:5000", "https://198.51.100.1:5000/ unchecked, http://198.51.100.1:5000/ unchecked", "198.51.100.1:5000")]
    [InlineData("198.51.100.1:5001", "https://198.51.100.1:5001/ checked", "198.51.100.1:5000")]
    [InlineData("198.51.100.7", "https://198.51.100.7/ unchecked, http://198.51.100.7/ unchecked", "198.51.100.0/24")]
    [InlineData("203.0.113.7", "https://203.0.113.7/ checked", "198.51.100.0/24")]
    public async Task Hosts_Domain_AreTriedInThisOrder(string domain, string expected, params string[] insecure)
    {
        var hosts = await new RegistryHosts(new RegistryOptions { InsecureRegistries = insecure }).OfAsync(domain, TestContext.Current.CancellationToken);

        Assert.Equal(expected, string.Join(", ", hosts.Select(host => $"{host.Url} {(host.TrustsAnyone ? "unchecked" : "checked")}")));
    }

    [Fact]
    public async Task Hosts_Mirrors_ComeBeforeDockerHubOnly()
    {
        var hosts = new RegistryHosts(new RegistryOptions { Mirrors = [new Uri("https://198.51.100.1/mirror"), new Uri("http://127.0.0.1:5000/")] });

        Assert.Equal(["https://198.51.100.1/mirror/", "http://127.0.0.1:5000/", "https://registry-1.docker.io/"], (await hosts.OfAsync("docker.io", default)).Select(host => host.Url.ToString()));
        Assert.Equal(["https://198.51.100.2/"], (await hosts.OfAsync("198.51.100.2", default)).Select(host => host.Url.ToString()));
    }
}
