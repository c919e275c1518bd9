using Dashboard.Engine.Containers;
using Dashboard.Engine.Stats;
using Dashboard.Tests.Shared;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Engine.Stats;

public sealed class StatsSamplerTests : IAsyncLifetime
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider clock = new();
    private readonly CollectedLog log = new();
    private readonly StatsSampler sampler;
    private volatile IReadOnlyList<Container>? containers = [Running("one"), Running("two")];
    private volatile string? unreadable;
    private int lists;

    public StatsSamplerTests() => sampler = new StatsSampler(List, Read, () => 7, clock, log.CreateLogger("stats"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await sampler.DisposeAsync();

    [Fact]
    public async Task Listen_Running_GivesThemAtOnceAndEachSecond()
    {
        containers = [Running("one"), Running("two"), Running("three") with { State = new ContainerState { Status = ContainerStatus.Exited } }];
        await using var listener = sampler.ListenAsync(Token).GetAsyncEnumerator(Token);

        Assert.Equal(["one", "two"], await NextAsync(listener));
        containers = [Running("two")];
        Assert.Equal(["two"], await NextTickAsync(listener));
    }

    [Fact]
    public async Task Listen_OneCannotBeRead_OthersGoOnAndItComesBack()
    {
        unreadable = "one";
        await using var listener = sampler.ListenAsync(Token).GetAsyncEnumerator(Token);

        Assert.Equal(["two"], await NextAsync(listener));
        Assert.Equal(["two"], await NextTickAsync(listener));
        unreadable = null;
        Assert.Equal(["one", "two"], await NextTickAsync(listener));

        Assert.Single(log.Text.Split('\n'), line => line.Contains("container one: its counters cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Listen_NothingCanBeRead_EndsWithTheReasonAndTheNextBeginsAnew()
    {
        containers = null;
        await using var listener = sampler.ListenAsync(Token).GetAsyncEnumerator(Token);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => NextAsync(listener));
        Assert.Equal("no list", error.Message);
        containers = [Running("one")];
        await using var next = sampler.ListenAsync(Token).GetAsyncEnumerator(Token);

        Assert.Equal(["one"], await NextAsync(next));
    }

    [Fact]
    public async Task Listen_Two_ShareOneReading()
    {
        await using var first = sampler.ListenAsync(Token).GetAsyncEnumerator(Token);
        await NextAsync(first);
        await using var second = sampler.ListenAsync(Token).GetAsyncEnumerator(Token);
        var waiting = NextAsync(second);

        await NextTickAsync(first);
        await waiting;

        Assert.Same(first.Current, second.Current);
    }

    [Fact]
    public async Task Listen_Cancelled_EndsAndReadsNoMore()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var listener = sampler.ListenAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        await NextAsync(listener);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NextAsync(listener));
        await listener.DisposeAsync();
        for (var i = 0; i < 5; i++) clock.Advance(Tick);
        await sampler.DisposeAsync();

        Assert.Equal(1, lists);
    }

    [Fact]
    public async Task Dispose_Listening_EndsTheStream()
    {
        await using var listener = sampler.ListenAsync(Token).GetAsyncEnumerator(Token);
        await NextAsync(listener);

        await sampler.DisposeAsync();

        Assert.False(await listener.MoveNextAsync());
    }

    private IReadOnlyList<Container> List()
    {
        Interlocked.Increment(ref lists);
        return containers ?? throw new InvalidOperationException("no list");
    }

    private ContainerStats Read(Container container, ulong systemCpu) => container.Id == unreadable
        ? throw new FormatException("half a file")
        : new ContainerStats { ContainerId = container.Id, Name = container.Name, Read = clock.GetUtcNow(), SystemCpu = systemCpu };

    private static async Task<string[]> NextAsync(IAsyncEnumerator<IReadOnlyList<ContainerStats>> listener)
    {
        Assert.True(await listener.MoveNextAsync());
        return [.. listener.Current.Select(stats => stats.ContainerId)];
    }

    // The timer is there before the first reading, so that one second is exactly one more reading.
    private Task<string[]> NextTickAsync(IAsyncEnumerator<IReadOnlyList<ContainerStats>> listener)
    {
        clock.Advance(Tick);
        return NextAsync(listener);
    }

    private static Container Running(string id) => new()
    {
        Id = id,
        Name = id,
        ImageId = "sha256:0",
        Created = DateTimeOffset.UnixEpoch,
        Config = new ContainerConfig(),
        HostConfig = new HostConfig(),
        Path = "true",
        Args = [],
        State = new ContainerState { Status = ContainerStatus.Running },
    };
}
