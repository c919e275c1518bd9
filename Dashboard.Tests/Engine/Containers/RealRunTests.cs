using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;

namespace Dashboard.Tests.Engine.Containers;

/// <summary>The container room over the real runtime.</summary>
public sealed class RealRunTests : IAsyncLifetime
{
    private RealEngine engine = null!;

    public async ValueTask InitializeAsync() => engine = await RealEngine.StartAsync();

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Run_EchoWithRemoval_GivesOutputAndCodeAndLeavesNothing()
    {
        var (code, output) = await engine.RunAsync("sh", "-c", "echo hi; exit 42");

        Assert.Equal("hi\n", output);
        Assert.Equal(42, code);
        Assert.Empty(engine.Containers.List());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(engine.Options.RunRoot, "containers")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(engine.Options.DataRoot, "containers")));
        Assert.Empty(engine.Log.Errors);
    }

    [Fact]
    public async Task Start_MissingCommand_FailsWith127AndDockersWords()
    {
        var id = await engine.CreateAsync("nope");

        var error = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.StartAsync(id, TestContext.Current.CancellationToken));

        Assert.Contains("exec: \"nope\": executable file not found in $PATH", error.Message);
        Assert.Equal(127, error.ExitCode);
        var state = engine.Containers.Get(id).State;
        Assert.Equal((ContainerStatus.Created, 127), (state.Status, state.ExitCode));
    }
}
