using System.Collections.Concurrent;
using Dashboard.Engine;
using Dashboard.Engine.Events;
using Dashboard.Engine.Images;
using Dashboard.Engine.Images.Registry;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Metadata;
using Dashboard.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Tests.Engine.Images;

/// <summary>An image service and a snapshotter on a data-root of their own, on the real disk.</summary>
internal sealed class ImageFixture : IDisposable, IImageUsers
{
    private EngineDatabase database = null!;

    public EngineDatabase Database => database;

    /// <param name="root">An empty directory of the caller's; null makes one.</param>
    public ImageFixture(long reserveBytes = 0, string? root = null, RegistryOptions? registry = null)
    {
        Root = root ?? TestPlaces.NewWorkDirectory("images");
        Options = new EngineOptions { DataRoot = Path.Combine(Root, "data"), RunRoot = Path.Combine(Root, "run"), RuntimeBinary = "/nowhere", Registry = registry ?? new() };
        Directory.CreateDirectory(Options.DataRoot);
        File.WriteAllText(Path.Combine(Root, "canary"), "untouched");
        Start(reserveBytes);
    }

    /// <summary>Holds the data-root in <c>data</c> and a file <c>canary</c> that no archive may reach.</summary>
    public string Root { get; }
    public EngineOptions Options { get; }
    public ImageService Images { get; private set; } = null!;
    public Snapshotter Snapshotter { get; private set; } = null!;
    public RecordedEvents Events { get; } = new();
    public List<(string ContainerId, string ContainerName, bool Running, string ImageId)> Containers { get; } = [];

    public string Snapshots => Path.Combine(Options.DataRoot, "snapshots");
    public string Blobs => Path.Combine(Options.DataRoot, "content", "blobs", "sha256");
    public string Ingest => Path.Combine(Options.DataRoot, "content", "ingest");

    /// <summary>As after the death of the server: nothing was closed in order, everything is read from the disk again.</summary>
    public void Restart(long reserveBytes = 0)
    {
        Stop();
        Start(reserveBytes);
    }

    public Task<IReadOnlyList<LoadedImage>> LoadAsync(byte[] archive) => Images.LoadAsync(new MemoryStream(archive), null, TestContext.Current.CancellationToken);

    /// <summary>The one layer directory of an imported tar.</summary>
    public async Task<string> ImportAsync(byte[] tar)
    {
        var id = await Images.ImportAsync(new MemoryStream(tar), null, null, [], TestContext.Current.CancellationToken);
        return LayerOf(Images.Get(id));
    }

    public string LayerOf(Image image, int layer = 0)
    {
        string? chain = null;
        foreach (var diffId in image.DiffIds.Take(layer + 1)) chain = Dashboard.Oci.Digest.ChainId(chain, diffId);
        return Path.Combine(Snapshots, chain!["sha256:".Length..]);
    }

    /// <summary>No image, blob, layer, draft, half-received file or row; nothing outside was touched.</summary>
    public void AssertNothingIsThere()
    {
        AssertNothingHalf();
        Assert.Empty(Images.List());
        Assert.Empty(Directory.GetFiles(Blobs));
        Assert.Equal(["empty", "tmp", "trash"], Directory.GetDirectories(Snapshots).Select(Path.GetFileName).Order());
        Assert.Equal(0, Count("images") + Count("image_references") + Count("layers"));
    }

    public void AssertNothingHalf()
    {
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(Root, "canary")));
        Assert.Equal(["canary", "data"], Directory.GetFileSystemEntries(Root).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.GetFileSystemEntries(Ingest));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Snapshots, "tmp")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Snapshots, "trash")));
    }

    public long Count(string table)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    public void Execute(string sql)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public IEnumerable<(string ContainerId, string ContainerName, bool Running)> UsersOf(string imageId) =>
        Containers.Where(container => container.ImageId == imageId).Select(container => (container.ContainerId, container.ContainerName, container.Running));

    public void Dispose()
    {
        Stop();
        Directory.Delete(Root, recursive: true);
    }

    private void Start(long reserveBytes)
    {
        database = new EngineDatabase(Path.Combine(Options.DataRoot, "engine.db"));
        Images = new ImageService(Options, database, Events, () => this, NullLogger<ImageService>.Instance, reserveBytes);
        Snapshotter = new Snapshotter(Options, database, NullLogger<Snapshotter>.Instance);
    }

    private void Stop()
    {
        Images.Dispose();
        database.Dispose();
    }

    internal sealed class RecordedEvents : IEvents
    {
        private readonly ConcurrentQueue<string> published = new();

        /// <summary><c>action name</c>, oldest first.</summary>
        public IReadOnlyCollection<string> Published => published;

        public ValueTask PublishAsync(string type, string action, string actorId, IReadOnlyDictionary<string, string> attributes)
        {
            published.Enqueue($"{type} {action} {attributes["name"]}");
            return ValueTask.CompletedTask;
        }

        public IAsyncEnumerable<EngineEvent> StreamAsync(long? sinceNano, long? untilNano, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
