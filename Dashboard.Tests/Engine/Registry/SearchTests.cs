using Dashboard.Engine.Images.Registry;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Tests.Engine.Registry;

public sealed class SearchTests
{
    private const string Results = """{"num_results":2,"results":[{"name":"busybox","description":"small","star_count":3,"is_official":true,"is_automated":false},{"name":"a/b","description":null,"star_count":0}]}""";

    [Theory]
    [InlineData("busybox", "?q=busybox&n=10")]
    [InlineData("library/busybox", "?q=busybox&n=10")]
    [InlineData("docker.io/a/b", "?q=a%2Fb&n=10")]
    [InlineData("HOST/word", "?q=word&n=10")]
    public async Task Search_Term_IsAskedWhereItBelongs(string term, string query)
    {
        var asked = "";
        await using var fixture = await RegistryFixture.StartAsync(remote => RegistryFixture.Impatient with { SearchIndex = remote.Url });
        fixture.Remote.Hook = async http =>
        {
            if (http.Request.Path != "/v1/search") return false;
            asked = http.Request.QueryString.Value!;
            await http.Response.WriteAsync(Results);
            return true;
        };

        var found = await fixture.Registries.SearchAsync(term.Replace("HOST", fixture.Remote.Domain), 10, RegistryCredentials.None, TestContext.Current.CancellationToken);

        Assert.Equal(query, asked);
        Assert.Equal([("busybox", "small", 3, true), ("a/b", null, 0, false)], found.Select(each => (each.Name, each.Description, each.StarCount, each.IsOfficial)));
    }

    [Fact]
    public async Task Search_RegistryWithoutOne_SaysItsStatus()
    {
        await using var fixture = await RegistryFixture.StartAsync();

        var error = await fixture.FailsAsync(() => fixture.Registries.SearchAsync(fixture.Name("word"), 10, RegistryCredentials.None, default));

        Assert.Equal("Unexpected status code 404", error.Message);
    }
}
