using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>Docker itself with the images of this folder.</summary>
public sealed class ClientsDockerdFixture : HostFixture
{
    private protected override async Task<IDockerHost> StartAsync() => await RealDockerd.StartAsync();
    private protected override Task InstallImagesAsync(IDockerHost host) => ClientImages.InstallAsync(host);
}

[CollectionDefinition]
public sealed class ClientsDockerdHost : ICollectionFixture<ClientsDockerdFixture>;

[Collection(typeof(ClientsDockerdHost))]
public sealed class ComposeShopOnDockerd(ClientsDockerdFixture fixture) : ComposeShopContract(fixture);

[Collection(typeof(ClientsDockerdHost))]
public sealed class ComposeCrewOnDockerd(ClientsDockerdFixture fixture) : ComposeCrewContract(fixture);

[Collection(typeof(ClientsDockerdHost))]
public sealed class ComposeOptionsOnDockerd(ClientsDockerdFixture fixture) : ComposeOptionsContract(fixture);

[Collection(typeof(ClientsDockerdHost))]
public sealed class PythonOnDockerd(ClientsDockerdFixture fixture) : PythonContract(fixture);

[Collection(typeof(ClientsDockerdHost))]
public sealed class DotNetContainersOnDockerd(ClientsDockerdFixture fixture) : DotNetContainersContract(fixture);

[Collection(typeof(ClientsDockerdHost))]
public sealed class DotNetResourcesOnDockerd(ClientsDockerdFixture fixture) : DotNetResourcesContract(fixture);
