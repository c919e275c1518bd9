using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>The filters of <c>docker ps</c> beside those of <see cref="ListContract"/>.</summary>
public abstract class PsFiltersContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Filters_OfPortsMountsAndNetworks_Select()
    {
        await Docker.OkAsync("network", "create", "filtered");
        await RunIdleAsync("--name", "web", "-p", "8099:80", "--expose", "9000", "-v", "/var/tmp:/data");
        var id = await RunIdleAsync("--name", "other", "--network", "filtered");

        Assert.Equal("web", await NamesAsync("publish=8099"));
        Assert.Equal("web", await NamesAsync("publish=8090-8100/tcp"));
        Assert.Equal("", await NamesAsync("publish=8099/udp"));
        Assert.Equal("web", await NamesAsync("expose=9000"));
        Assert.Equal("web", await NamesAsync("expose=8999-9001/tcp"));
        Assert.Equal("web", await NamesAsync("volume=/data"));
        Assert.Equal("web", await NamesAsync("volume=/var/tmp"));
        Assert.Equal("other", await NamesAsync("network=filtered"));
        Assert.Equal("web", await NamesAsync("network=bridge"));
        Assert.Equal("other", await NamesAsync("id=" + id[..6]));
        Assert.Equal("other web", await NamesAsync("is-task=false"));
        Assert.Equal("", await NamesAsync("is-task=true"));
        Assert.Equal("other web", await NamesAsync("health=none"));
        Assert.Equal("web", await NamesAsync("network=bridge", "publish=8099"));
        Assert.Equal("", await NamesAsync("network=filtered", "publish=8099"));
    }

    [Theory]
    [InlineData("health=well")]
    [InlineData("exited=often")]
    [InlineData("status=flying")]
    [InlineData("is-task=perhaps")]
    [InlineData("publish=nothing")]
    [InlineData("before=nobody")]
    public async Task Filter_WrongValue_IsRefused(string filter) => (await Docker.RunAsync("ps", "-a", "--filter", filter)).MustExit(1);

    private async Task<string> NamesAsync(params string[] filters) =>
        string.Join(' ', (await Docker.RunAsync(["ps", "-a", .. filters.SelectMany(filter => new[] { "--filter", filter }), "--format", "{{.Names}}"])).MustSucceed().Lines.Order(StringComparer.Ordinal));
}
