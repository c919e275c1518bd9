using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>One engine for all classes of a collection, with the test images on it.</summary>
public abstract class HostFixture : IAsyncLifetime
{
    private IDockerHost? _host;

    internal IDockerHost Host => _host ?? throw new InvalidOperationException("the host did not start");

    public async ValueTask InitializeAsync()
    {
        _host = await StartAsync();
        await InstallImagesAsync(_host);
        // What an engine makes once and keeps (a cgroup parent, the host's namespace) is not a leak of the first test.
        await _host.Docker.OkAsync("run", "--rm", TestImages.Busybox, "true");
        await _host.Docker.OkAsync("run", "--rm", "--network", "host", TestImages.Busybox, "true");
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<IDockerHost> StartAsync();

    private protected virtual Task InstallImagesAsync(IDockerHost host) => TestImages.InstallAsync(host);
}
