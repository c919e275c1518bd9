using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>Our engine with the images of this folder.</summary>
public sealed class ClientsDashboardFixture : HostFixture
{
    private protected override async Task<IDockerHost> StartAsync() => await DashboardServer.StartAsync();
    private protected override Task InstallImagesAsync(IDockerHost host) => ClientImages.InstallAsync(host);
}

[CollectionDefinition]
public sealed class ClientsDashboardHost : ICollectionFixture<ClientsDashboardFixture>;

[Collection(typeof(ClientsDashboardHost))]
public sealed class ComposeShopOnDashboard(ClientsDashboardFixture fixture) : ComposeShopContract(fixture);

[Collection(typeof(ClientsDashboardHost))]
public sealed class ComposeCrewOnDashboard(ClientsDashboardFixture fixture) : ComposeCrewContract(fixture);

[Collection(typeof(ClientsDashboardHost))]
public sealed class ComposeOptionsOnDashboard(ClientsDashboardFixture fixture) : ComposeOptionsContract(fixture);

[Collection(typeof(ClientsDashboardHost))]
public sealed class PythonOnDashboard(ClientsDashboardFixture fixture) : PythonContract(fixture);

[Collection(typeof(ClientsDashboardHost))]
public sealed class DotNetContainersOnDashboard(ClientsDashboardFixture fixture) : DotNetContainersContract(fixture);

[Collection(typeof(ClientsDashboardHost))]
public sealed class DotNetResourcesOnDashboard(ClientsDashboardFixture fixture) : DotNetResourcesContract(fixture);
