using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>The real server, asked by the real client.</summary>
public sealed class DashboardFixture : HostFixture
{
    private protected override async Task<IDockerHost> StartAsync() => await DashboardServer.StartAsync();
}

[CollectionDefinition]
public sealed class DashboardHost : ICollectionFixture<DashboardFixture>;

[Collection(typeof(DashboardHost))]
public sealed class RunOnDashboard(DashboardFixture fixture) : RunContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class TerminalOnDashboard(DashboardFixture fixture) : TerminalContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class LifecycleOnDashboard(DashboardFixture fixture) : LifecycleContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class ListOnDashboard(DashboardFixture fixture) : ListContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class LogsOnDashboard(DashboardFixture fixture) : LogsContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class ExecOnDashboard(DashboardFixture fixture) : ExecContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class InspectOnDashboard(DashboardFixture fixture) : InspectContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class EventsOnDashboard(DashboardFixture fixture) : EventsContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class ImagesOnDashboard(DashboardFixture fixture) : ImagesContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class CopyOnDashboard(DashboardFixture fixture) : CopyContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class WebSocketOnDashboard(DashboardFixture fixture) : WebSocketContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class CommitOnDashboard(DashboardFixture fixture) : CommitContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class SaveOnDashboard(DashboardFixture fixture) : SaveContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class LimitsOnDashboard(DashboardFixture fixture) : LimitsContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class NetworkOnDashboard(DashboardFixture fixture) : NetworkContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class BadInputOnDashboard(DashboardFixture fixture) : BadInputContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class ManyOnDashboard(DashboardFixture fixture) : ManyContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class BadRequestOnDashboard(DashboardFixture fixture) : BadRequestContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class NetworksOnDashboard(DashboardFixture fixture) : NetworksContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class ConnectOnDashboard(DashboardFixture fixture) : ConnectContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class VolumesOnDashboard(DashboardFixture fixture) : VolumesContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class MountsOnDashboard(DashboardFixture fixture) : MountsContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class BindsOnDashboard(DashboardFixture fixture) : BindsContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class HealthOnDashboard(DashboardFixture fixture) : HealthContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class UpdateOnDashboard(DashboardFixture fixture) : UpdateContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class NamespacesOnDashboard(DashboardFixture fixture) : NamespacesContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class LogDriversOnDashboard(DashboardFixture fixture) : LogDriversContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class PsFiltersOnDashboard(DashboardFixture fixture) : PsFiltersContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class DnsOnDashboard(DashboardFixture fixture) : DnsContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class PortsOnDashboard(DashboardFixture fixture) : PortsContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class NetworkOptionsOnDashboard(DashboardFixture fixture) : NetworkOptionsContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class RegistryOnDashboard(DashboardFixture fixture) : RegistryContract(fixture);
