using Bunit;
using Dashboard.Client;
using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Dashboard.Client.Features.Images;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Client.Features.Images;

public sealed class ImageRowTests : BunitContext, IAsyncLifetime
{
    private static readonly ImageItem s_image = new() { Id = "sha256:0123456789abcdef", Tags = new(["app:1", "app:2"]), Created = DateTimeOffset.UnixEpoch, Size = 3 << 20 };
    private FakeDockerApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeDockerApi.StartAsync();
        JSInterop.Mode = JSRuntimeMode.Loose;
        MemoryPreferences.AddTo(Services);
        Services.AddSingleton<IDockerEndpoints>(new FakeEndpoints(_api));
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsyncCore();
        await _api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Lines_OfImages_AreOneAName()
    {
        var dangling = s_image with { Id = "sha256:fedcba9876543210", Tags = new([]) };

        var lines = ImageLine.Of([s_image, dangling], [Container("web", s_image.Id), Container("db", s_image.Id), Container("other", "sha256:else")]);

        Assert.Equal(["app:1", "app:2", "fedcba987654"], lines.Select(line => line.Name));
        Assert.Equal(["app:1", "app:2", dangling.Id], lines.Select(line => line.Reference));
        Assert.Equal(["db", "web"], lines[1].Users.Select(user => user.Name));
        Assert.Empty(lines[2].Users);
    }

    [Fact]
    public void Row_InUse_NamesAndLinksTheFirstUsers()
    {
        var row = Row(ImageLine.Of([s_image], [.. "abcde".Select(name => Container(name.ToString(), s_image.Id))])[0]);

        Assert.Equal(["a", "b", "c", "and 2 more"], row.FindAll(".c-users a").Select(link => link.TextContent));
        Assert.Equal("images/0123456789ab", row.Find("[data-testid=image-name]").GetAttribute("href"));
        Assert.Equal("run?image=app%3A1", row.Find("[data-testid=image-run]").GetAttribute("href"));
        Assert.Equal("3 MiB", row.Find(".c-size").TextContent);
        Assert.Equal("3,145,728 bytes", row.Find(".c-size").GetAttribute("title"));
    }

    [Fact]
    public void Row_NothingNew_IsNotRenderedAgain()
    {
        var row = Row(ImageLine.Of([s_image], [])[0]);
        // The first render compares with nothing.
        row.Render(parameters => parameters.Add(each => each.Age, "3 min ago"));
        var before = row.RenderCount;

        row.Render(parameters => parameters.Add(each => each.Line, ImageLine.Of([s_image], [])[0]).Add(each => each.Age, "3 min ago"));
        Assert.Equal(before, row.RenderCount);

        row.Render(parameters => parameters.Add(each => each.Line, ImageLine.Of([s_image], [Container("web", s_image.Id)])[0]).Add(each => each.Age, "3 min ago"));
        Assert.Equal(before + 1, row.RenderCount);
    }

    private IRenderedComponent<ImageRow> Row(ImageLine line) => Render<ImageRow>(parameters => parameters.Add(each => each.Line, line).Add(each => each.Age, "3 min ago"));

    private static ContainerItem Container(string name, string image) => new()
    {
        Id = name,
        Name = name,
        Image = "app",
        ImageId = image,
        Command = "",
        Condition = ContainerCondition.Running,
        Status = "Up",
        Created = DateTimeOffset.UnixEpoch,
        Ports = new([]),
    };
}
