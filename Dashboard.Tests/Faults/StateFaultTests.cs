using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Events;
using Dashboard.Tests.Engine.Containers;
using Dashboard.Tests.Shared;
using Microsoft.Data.Sqlite;

namespace Dashboard.Tests.Faults;

/// <summary>The database refuses one kind of write, by a trigger: no half state, a clear error, and what has happened is not forgotten.</summary>
public sealed class StateFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private RealEngine _engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _engine = await RealEngine.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var table in (string[])["containers", "events", "leases"])
        {
            foreach (var change in (string[])["INSERT", "UPDATE", "DELETE"]) Execute($"DROP TRIGGER IF EXISTS refuse_{table}_{change}");
        }
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Create_NotSaved_LeavesNoNameAndNoDirectory()
    {
        Refuse("containers", "INSERT");

        await RefusedAsync(() => _engine.CreateAsync("true"));

        Assert.Empty(_engine.Containers.List());
        Assert.Empty(Directory.GetDirectories(Path.Combine(_engine.Options.DataRoot, "containers")));
        Assert.Empty(Directory.GetDirectories(Path.Combine(_engine.Options.DataRoot, "containers-rw")));
        Accept("containers", "INSERT");
        Assert.Equal((0, "here\n"), await _engine.RunAsync("echo", "here"));
    }

    [Fact]
    public async Task Start_NotSaved_RunsNothingAndCanBeTriedAgain()
    {
        var id = await _engine.CreateAsync("sleep", "1000");
        Refuse("containers", "INSERT");

        await RefusedAsync(() => _engine.Containers.StartAsync(id, Token));

        Assert.False(_engine.Containers.Get(id).State.IsRunning);
        Assert.False(Directory.Exists(_engine.Options.BundleDir(id)));
        Assert.DoesNotContain(HostState.Cgroups(_engine.Options.CgroupParent[1..]), path => path.EndsWith(id, StringComparison.Ordinal));
        Accept("containers", "INSERT");
        await _engine.Containers.StartAsync(id, Token);
        Assert.True(_engine.Containers.Get(id).State.IsRunning);
    }

    [Fact]
    public async Task Update_NotSaved_HasTheLimitsOfBefore()
    {
        var id = await _engine.CreateAsync(host => host with { PidsLimit = 40 }, config => config, "sleep", "1000");
        await _engine.Containers.StartAsync(id, Token);
        Refuse("containers", "INSERT");

        await RefusedAsync(() => _engine.Containers.UpdateAsync(id, new HostConfig { PidsLimit = 60, CpuShares = 100 }, Token));

        Assert.Equal(40, _engine.Containers.Get(id).HostConfig.PidsLimit);
        var limit = HostState.Cgroups(_engine.Options.CgroupParent[1..]).Select(path => Path.Combine(path, "pids.max")).First(path => path.Contains(id, StringComparison.Ordinal) && File.Exists(path));
        Assert.Equal("40", (await File.ReadAllTextAsync(limit, Token)).Trim());
    }

    [Fact]
    public async Task Exit_NotSaved_IsToldAndOutlivesTheServerAndIsSavedLater()
    {
        var id = await _engine.CreateAsync("sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.05; done");
        await _engine.Containers.StartAsync(id, Token);
        var wait = await _engine.Containers.WaitAsync(id, WaitCondition.NextExit, Token);
        Refuse("containers", "INSERT");

        await _engine.Containers.StopAsync(id, null, 20, Token);
        Assert.Equal(5, (await wait.Result.WaitAsync(s_patience, Token)).ExitCode);
        Assert.Equal(ContainerStatus.Exited, _engine.Containers.Get(id).State.Status);

        await _engine.RestartAsync();
        await Eventually.TrueAsync(() => _engine.Containers.Get(id).State is { Status: ContainerStatus.Exited }, s_patience, () => "the next server does not know of the end");
        Assert.Equal(5, _engine.Containers.Get(id).State.ExitCode);

        Accept("containers", "INSERT");
        await Eventually.TrueAsync(() => Document(id).Contains("\"exitCode\":5", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(_engine.Options.BundleDir(id)), s_patience, () => $"not saved: {Document(id)}");
        await _engine.Containers.StartAsync(id, Token);
    }

    [Fact]
    public async Task Exit_NotSaved_StartAndRemovalSettleItFirst()
    {
        var id = await _engine.CreateAsync("sleep", "1000");
        await _engine.Containers.StartAsync(id, Token);
        Refuse("containers", "INSERT");
        await _engine.Containers.KillAsync(id, "KILL", Token);

        await RefusedAsync(() => _engine.Containers.StartAsync(id, Token));
        await _engine.Containers.RemoveAsync(id, force: false, removeVolumes: true, Token);

        Assert.Empty(_engine.Containers.List());
        Assert.False(Directory.Exists(_engine.Options.BundleDir(id)));
        Assert.Equal("", Document(id));
    }

    [Fact]
    public async Task Remove_RowCannotGo_IsDeadAndCanBeRemovedLater()
    {
        var id = await _engine.CreateAsync("true");
        Refuse("containers", "DELETE");

        await RefusedAsync(() => _engine.Containers.RemoveAsync(id, force: false, removeVolumes: true, Token));

        Assert.Equal(ContainerStatus.Dead, _engine.Containers.Get(id).State.Status);
        Accept("containers", "DELETE");
        await _engine.Containers.RemoveAsync(id, force: false, removeVolumes: true, Token);
        Assert.Empty(_engine.Containers.List());
    }

    [Fact]
    public async Task Event_NotSaved_IsToldToThoseWhoListenAndStopsNothing()
    {
        Refuse("events", "INSERT");
        await using var listening = _engine.Events.StreamAsync(null, null, Token).GetAsyncEnumerator(Token);
        var first = listening.MoveNextAsync();

        var id = await _engine.CreateAsync("true");

        Assert.True(await first);
        Assert.Equal(("create", id), (listening.Current.Action, listening.Current.ActorId));
        Accept("events", "INSERT");
        await _engine.Containers.RemoveAsync(id, force: false, removeVolumes: true, Token);
        Assert.True(await listening.MoveNextAsync());
        Assert.Equal("destroy", listening.Current.Action);
    }

    [Fact]
    public async Task Start_AddressNotSaved_RunsNothingAndCanBeTriedAgain()
    {
        var id = await _engine.CreateAsync(host => host with { NetworkMode = "bridge" }, config => config, "sleep", "1000");
        Refuse("leases", "INSERT");

        await RefusedAsync(() => _engine.Containers.StartAsync(id, Token));

        Assert.False(Directory.Exists(_engine.Options.BundleDir(id)));
        Accept("leases", "INSERT");
        await _engine.Containers.StartAsync(id, Token);
    }

    private static async Task RefusedAsync(Func<Task> work) =>
        Assert.Contains("no room for this", (await Assert.ThrowsAsync<EngineException>(work)).Message, StringComparison.Ordinal);

    private void Refuse(string table, string change) =>
        Execute($"CREATE TRIGGER refuse_{table}_{change} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, 'no room for this'); END");

    private void Accept(string table, string change) => Execute($"DROP TRIGGER refuse_{table}_{change}");

    private string Document(string id)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT document FROM containers WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteScalar() as string ?? "";
    }

    private void Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(_engine.Options.DataRoot, "engine.db"), Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
