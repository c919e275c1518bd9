using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Volumes;
using Dashboard.Tests.Engine.Containers;
using Dashboard.Tests.Shared;
using Microsoft.Data.Sqlite;

namespace Dashboard.Tests.Faults;

/// <summary>The database refuses a write of volumes, by a trigger: the old state or the new one, and no content is lost that was not to go.</summary>
public sealed class VolumeFaultTests : IAsyncLifetime
{
    private RealEngine _engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private IVolumeService Volumes => _engine.Volumes;

    public async ValueTask InitializeAsync() => _engine = await RealEngine.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var change in (string[])["INSERT", "UPDATE", "DELETE"]) Accept("volumes", change);
        Accept("containers", "INSERT");
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Create_NotSaved_LeavesNoDirectory()
    {
        Refuse("volumes", "INSERT");

        await RefusedAsync(() => CreateAsync("data"));

        Assert.Empty(Volumes.List());
        Assert.False(Directory.Exists(PathOf("data")));
        Accept("volumes", "INSERT");
        await CreateAsync("data");
        Assert.True(Directory.Exists(DataOf("data")));
    }

    [Fact]
    public async Task Container_NotSaved_LetsGoOfItsVolumes()
    {
        await CreateAsync("before");
        Refuse("containers", "INSERT");

        await RefusedAsync(() => _engine.CreateAsync(host => host with { Binds = ["before:/a", "after:/b"] }, config => config, "true"));

        Assert.Equal("before", Assert.Single(Volumes.List()).Name);
        Assert.Empty(Volumes.UsersOf("before"));
        await Volumes.RemoveAsync("before", force: false, Token);
    }

    [Fact]
    public async Task Remove_NotBegun_KeepsTheContent()
    {
        await WriteAsync("data");
        Refuse("volumes", "UPDATE");

        await RefusedAsync(() => Volumes.RemoveAsync("data", force: false, Token));

        Assert.True(File.Exists(Path.Combine(DataOf("data"), "word")));
        Accept("volumes", "UPDATE");
        await Volumes.RemoveAsync("data", force: false, Token);
        Assert.False(Directory.Exists(PathOf("data")));
    }

    [Fact]
    public async Task Remove_NotFinished_IsGivenToNobodyAndFinishedByTheNextStart()
    {
        await WriteAsync("data");
        Refuse("volumes", "DELETE");

        await RefusedAsync(() => Volumes.RemoveAsync("data", force: false, Token));

        var error = await Assert.ThrowsAsync<EngineException>(() => CreateAsync("data"));
        Assert.Equal(ErrorKind.Conflict, error.Kind);
        Accept("volumes", "DELETE");
        await _engine.RestartAsync();
        Assert.Empty(Volumes.List());
        Assert.False(Directory.Exists(PathOf("data")));
        Assert.Empty(Directory.GetFileSystemEntries(PathOf(".trash")));
    }

    [Fact]
    public async Task Remove_MountOfTheHostInIt_IsRefusedAndNothingBehindItIsTouched()
    {
        await WriteAsync("data");
        var behind = Directory.CreateDirectory(Path.Combine(_engine.Root, "behind")).FullName;
        await File.WriteAllTextAsync(Path.Combine(behind, "kept"), "", Token);
        var point = Directory.CreateDirectory(Path.Combine(DataOf("data"), "point")).FullName;
        (await Command.RunAsync("mount", "--bind", behind, point)).MustSucceed();
        try
        {
            var error = await Assert.ThrowsAsync<EngineException>(() => Volumes.RemoveAsync("data", force: true, Token));
            Assert.Equal($"remove data: {point} is a mount point in it, unmount that first", error.Message);
        }
        finally
        {
            (await Command.RunAsync("umount", point)).MustSucceed();
        }
        Assert.True(File.Exists(Path.Combine(behind, "kept")));
        await Volumes.RemoveAsync("data", force: false, Token);
    }

    [Fact]
    public async Task Usage_OfAVolume_IsItsBytesAndUsers()
    {
        await WriteAsync("data");
        await _engine.CreateAsync(host => host with { Binds = ["data:/a"] }, config => config, "true");

        Assert.Equal(new VolumeUsage(5, 1), await Volumes.UsageAsync("data", Token));
    }

    private Task<Volume> CreateAsync(string name) => Volumes.CreateAsync(new VolumeRequest { Name = name }, Token);

    private async Task WriteAsync(string name)
    {
        await CreateAsync(name);
        await File.WriteAllTextAsync(Path.Combine(DataOf(name), "word"), "hello", Token);
    }

    private string PathOf(string name) => Path.Combine(_engine.Options.DataRoot, "volumes", name);

    private string DataOf(string name) => Path.Combine(PathOf(name), "_data");

    private static async Task RefusedAsync(Func<Task> work) => Assert.Equal(ErrorKind.System, (await Assert.ThrowsAsync<EngineException>(work)).Kind);

    private void Refuse(string table, string change) => Execute($"CREATE TRIGGER refuse_{table}_{change} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, 'refused by the test'); END");

    private void Accept(string table, string change) => Execute($"DROP TRIGGER IF EXISTS refuse_{table}_{change}");

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_engine.Options.DataRoot, "engine.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
