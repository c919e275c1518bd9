using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;

namespace Dashboard.Tests.Client.Docker;

public sealed class ImageStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private FakeDockerApi _api = null!;
    private DockerConnection _connection = null!;

    private ImageStore Store => _connection.Images;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeDockerApi.StartAsync();
        _api.Images.Add("one", "app:latest", "registry.local:5000/app:1");
        _api.Images.Add("two");
        _connection = TestConnection.To(_api);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Event_OfAnImage_ReadsTheListAnewAndKeepsTheOthers()
    {
        using var looking = await LookAsync();
        var before = Store.FindReference("app");

        var id = _api.Images.Add("three", "new:1");
        _api.EmitImage(id, "load");

        await SeesAsync(() => Store.FindReference("new:1")?.Id == id);
        Assert.Same(before, Store.FindReference("app"));
    }

    [Fact]
    public async Task Image_Removed_Goes()
    {
        using var looking = await LookAsync();

        _api.Images.Tags.TryRemove(FakeImages.IdOf("two"), out _);
        _api.EmitImage(FakeImages.IdOf("two"), "delete");

        await SeesAsync(() => Store.Items.Count == 1);
    }

    [Fact]
    public async Task FindReference_NamesAndIds_AreUnderstood()
    {
        using var looking = await LookAsync();
        var (one, two) = (FakeImages.IdOf("one"), FakeImages.IdOf("two"));

        Assert.All((string[])["app", "app:latest", "registry.local:5000/app:1", one, one[7..19]], reference => Assert.Equal(one, Store.FindReference(reference)?.Id));
        Assert.True(Store.FindReference(two[7..19])?.IsDangling);
        Assert.All((string[])["app:2", "registry.local:5000/app", "zz", ""], reference => Assert.Null(Store.FindReference(reference)));
    }

    [Fact]
    public async Task Store_NobodyLooks_HasNoSubscribersLeft()
    {
        (await LookAsync()).Dispose();

        Assert.Equal(0, Store.Changed.Subscribers);
    }

    private async Task<IDisposable> LookAsync()
    {
        var looking = Store.Changed.Subscribe(() => { });
        await SeesAsync(() => Store.Loaded);
        await Eventually.TrueAsync(() => _api.Events.Listeners == 1, s_limit, () => "no event stream");
        return looking;
    }

    private Task SeesAsync(Func<bool> condition) => Eventually.TrueAsync(condition, s_limit, () => string.Join(", ", Store.Items.Select(item => item.Name)) + " " + Store.Failure);
}
