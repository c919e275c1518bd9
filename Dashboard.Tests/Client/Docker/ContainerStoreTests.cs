using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;

namespace Dashboard.Tests.Client.Docker;

public sealed class ContainerStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private FakeDockerApi _api = null!;
    private DockerConnection _connection = null!;

    private ContainerStore Store => _connection.Containers;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeDockerApi.StartAsync(3);
        _connection = TestConnection.To(_api);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_Looks_NothingIsAsked()
    {
        await Task.Yield();

        Assert.Empty(_api.Requests);
        Assert.False(Store.Loaded);
    }

    [Fact]
    public async Task Event_OfOneContainer_ReplacesOnlyItsItem()
    {
        using var looking = await LookAsync();
        var before = Store.Items;
        var stopped = _api.Containers[before[1].Id];

        _api.Stop(stopped);

        await SeesAsync(() => Store.Find(stopped.Id)?.Condition == ContainerCondition.Exited);
        Assert.Same(before[0], Store.Find(before[0].Id));
        Assert.Same(before[2], Store.Find(before[2].Id));
    }

    [Fact]
    public async Task Containers_AddedAndRemoved_ComeAndGo()
    {
        using var looking = await LookAsync();
        var added = _api.Add(new FakeContainer("new"));
        _api.Emit(added, "create");
        await SeesAsync(() => Store.Find(added.Id) is not null);

        _api.Containers.TryRemove(added.Id, out _);
        _api.Emit(added, "destroy");

        await SeesAsync(() => Store.Find(added.Id) is null);
        Assert.Equal(3, Store.Items.Count);
    }

    [Fact]
    public async Task Engine_ComesBack_ListIsReadAnew()
    {
        using var looking = await LookAsync();
        await _api.GoAwayAsync();
        // Nobody is told of this change: only a new list can show it.
        var silent = _api.Containers[Store.Items[0].Id];
        (silent.State, silent.Status) = ("exited", "Exited (3) 1 second ago");
        await _api.ComeBackAsync();

        await SeesAsync(() => Store.Find(silent.Id)?.Condition == ContainerCondition.Failed);
        await SeesAsync(() => Store.Failure is null);
    }

    [Fact]
    public async Task Events_ByTheHundred_AreReadTogether()
    {
        using var looking = await LookAsync();
        await Eventually.TrueAsync(() => _api.Events.Listeners == 1, s_limit, () => "no event stream");
        await Eventually.TrueAsync(() => _api.Requests.Count(path => path == "/containers/json") >= 2, s_limit, () => "not listed on connect");
        var before = _api.Requests.Count;
        for (var number = 0; number < 500; number++) _api.Emit(_api.Containers[Store.Items[number % 3].Id], "rename");
        var last = _api.Containers[Store.Items[0].Id];
        _api.Stop(last);

        await SeesAsync(() => Store.Find(last.Id)?.Condition == ContainerCondition.Exited);
        Assert.InRange(_api.Requests.Count - before, 1, 20);
    }

    private async Task<IDisposable> LookAsync()
    {
        var looking = Store.Changed.Subscribe(() => { });
        await SeesAsync(() => Store.Loaded);
        await Eventually.TrueAsync(() => _api.Events.Listeners == 1, s_limit, () => "no event stream");
        return looking;
    }

    private Task SeesAsync(Func<bool> condition) => Eventually.TrueAsync(condition, s_limit, () => string.Join(", ", Store.Items.Select(item => $"{item.Name} {item.Condition}")) + " " + Store.Failure);
}
