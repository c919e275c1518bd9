using System.Collections.Concurrent;
using Dashboard.Engine.Info;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Registry;
using Dashboard.Tests.Engine.Images;

namespace Dashboard.Tests.Engine.Registry;

/// <summary>The registry client over an image service on the real disk, against a registry in this process; impatient, so that faults are quick.</summary>
internal sealed class RegistryFixture : IAsyncDisposable, IProgress<RegistryProgress>
{
    private RegistryFixture(FakeRegistry remote, RegistryOptions options)
    {
        Remote = remote;
        Local = new ImageFixture(registry: options);
        Start();
    }

    public FakeRegistry Remote { get; }
    public ImageFixture Local { get; }
    public RegistryService Registries { get; private set; } = null!;
    public ConcurrentQueue<RegistryProgress> Progress { get; } = new();
    public string Partial => Path.Combine(Local.Options.DataRoot, "content", "partial");

    public static RegistryOptions Impatient { get; } = new()
    {
        FirstPause = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromMilliseconds(20),
        StallTimeout = TimeSpan.FromSeconds(10),
        Attempts = 4,
        CertificatesDirectory = "/nowhere",
    };

    public static async Task<RegistryFixture> StartAsync(Func<FakeRegistry, RegistryOptions>? options = null)
    {
        var remote = await FakeRegistry.StartAsync();
        return new RegistryFixture(remote, options?.Invoke(remote) ?? Impatient);
    }

    /// <summary>As after the death of the server.</summary>
    public void Restart()
    {
        Registries.Dispose();
        Local.Restart();
        Start();
    }

    public void Report(RegistryProgress value) => Progress.Enqueue(value);

    public string Name(string name) => $"{Remote.Domain}/{name}";

    public Task PullAsync(string name, RegistryCredentials? credentials = null, string? platform = null, CancellationToken? cancellationToken = null) =>
        Registries.PullAsync(Name(name), platform, credentials ?? RegistryCredentials.None, this, cancellationToken ?? TestContext.Current.CancellationToken);

    public Task PushAsync(string name, RegistryCredentials? credentials = null, CancellationToken? cancellationToken = null) =>
        Registries.PushAsync(Name(name), credentials ?? RegistryCredentials.None, this, cancellationToken ?? TestContext.Current.CancellationToken);

    public async Task<EngineException> FailsAsync(Func<Task> work) => await Assert.ThrowsAsync<EngineException>(work);

    public int Count(string request) => Remote.Requests.Count(line => line.StartsWith(request, StringComparison.Ordinal));

    /// <summary>The blobs that were asked for, the configs among them.</summary>
    public IEnumerable<string> FetchedBlobs => Remote.Requests.Where(line => line.StartsWith("GET ", StringComparison.Ordinal) && line.Contains("/blobs/sha256:", StringComparison.Ordinal));

    public string FileOf(string image, int layer, string path) => Path.Combine(Local.LayerOf(Local.Images.Get(Name(image)), layer), path);

    public IReadOnlyList<string> States(string digest) => [.. Progress.Where(line => line.Id == digest.Split(':')[1][..12] && !line.IsMessage).Select(line => line.Status).Distinct()];

    public IReadOnlyList<string> Messages => [.. Progress.Where(line => line.IsMessage).Select(line => line.Status)];

    public void AssertNothingLeft()
    {
        Local.AssertNothingHalf();
        Assert.Empty(Directory.GetFiles(Partial));
    }

    public async ValueTask DisposeAsync()
    {
        Registries.Dispose();
        Local.Dispose();
        await Remote.DisposeAsync();
    }

    private void Start() => Registries = new RegistryService(Local.Images, Local.Options, Local.Database, Local.Events, new SystemService(Local.Options), TimeProvider.System);
}
