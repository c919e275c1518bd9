using Dashboard.Engine.Info;
using Dashboard.Engine.Images.Registry;
using Dashboard.Tests.Engine.Images;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Engine.Registry;

/// <summary>Debian's registry behind a network that breaks.</summary>
public sealed class RealRegistryTests
{
    private const int Size = 24_000_000;
    private const int At = 7_000_000;

    [Fact]
    public async Task PushAndPull_ConnectionsReset_GoOnFromWhereTheyWere()
    {
        await using var real = await LocalRegistry.StartAsync(null);
        await using var proxy = new CuttingProxy(real.Domain);
        var image = RemoteImages.Image("local:1", RemoteImages.Layer("x", Size));
        var name = proxy.Domain + "/team/cut:1";
        await PushAsync(image, name, proxy);
        await PullAsync(image, name, proxy);
    }

    private static async Task PushAsync(TestImage image, string name, CuttingProxy proxy)
    {
        using var local = new ImageFixture(registry: RegistryFixture.Impatient);
        using var registries = new RegistryService(local.Images, local.Options, local.Database, local.Events, new SystemService(local.Options), TimeProvider.System);
        await local.LoadAsync(image.ToDockerArchive());
        await local.Images.TagAsync("local:1", name, TestContext.Current.CancellationToken);
        (proxy.CutUploadAt, proxy.CutsLeft) = (At, 2);

        await registries.PushAsync(name, RegistryCredentials.None, new Progress<RegistryProgress>(), TestContext.Current.CancellationToken);

        Assert.Equal(2, proxy.Cuts);
        local.AssertNothingHalf();
    }

    private static async Task PullAsync(TestImage image, string name, CuttingProxy proxy)
    {
        using var local = new ImageFixture(registry: RegistryFixture.Impatient);
        using var registries = new RegistryService(local.Images, local.Options, local.Database, local.Events, new SystemService(local.Options), TimeProvider.System);
        (proxy.CutUploadAt, proxy.CutDownloadAt, proxy.CutsLeft, proxy.Downloaded) = (null, At, 3, 0);

        await registries.PullAsync(name, null, RegistryCredentials.None, new Progress<RegistryProgress>(), TestContext.Current.CancellationToken);

        Assert.Equal(image.Id, local.Images.Get(name).Id);
        Assert.Equal(5, proxy.Cuts);
        // What a reset takes out of the sockets' buffers is sent again, nothing else.
        Assert.InRange(proxy.Downloaded, Size, Size + 3 * At);
        local.AssertNothingHalf();
    }
}
