using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>The suite is proved on Docker itself before it judges us.</summary>
public sealed class DockerdFixture : HostFixture
{
    private protected override async Task<IDockerHost> StartAsync() => await RealDockerd.StartAsync();
}

[CollectionDefinition]
public sealed class DockerdHost : ICollectionFixture<DockerdFixture>;

[Collection(typeof(DockerdHost))]
public sealed class RunOnDockerd(DockerdFixture fixture) : RunContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class TerminalOnDockerd(DockerdFixture fixture) : TerminalContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class LifecycleOnDockerd(DockerdFixture fixture) : LifecycleContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class ListOnDockerd(DockerdFixture fixture) : ListContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class LogsOnDockerd(DockerdFixture fixture) : LogsContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class ExecOnDockerd(DockerdFixture fixture) : ExecContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class InspectOnDockerd(DockerdFixture fixture) : InspectContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class EventsOnDockerd(DockerdFixture fixture) : EventsContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class ImagesOnDockerd(DockerdFixture fixture) : ImagesContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class CopyOnDockerd(DockerdFixture fixture) : CopyContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class WebSocketOnDockerd(DockerdFixture fixture) : WebSocketContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class CommitOnDockerd(DockerdFixture fixture) : CommitContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class SaveOnDockerd(DockerdFixture fixture) : SaveContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class LimitsOnDockerd(DockerdFixture fixture) : LimitsContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class NetworkOnDockerd(DockerdFixture fixture) : NetworkContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class BadInputOnDockerd(DockerdFixture fixture) : BadInputContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class ManyOnDockerd(DockerdFixture fixture) : ManyContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class BadRequestOnDockerd(DockerdFixture fixture) : BadRequestContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class NetworksOnDockerd(DockerdFixture fixture) : NetworksContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class ConnectOnDockerd(DockerdFixture fixture) : ConnectContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class VolumesOnDockerd(DockerdFixture fixture) : VolumesContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class MountsOnDockerd(DockerdFixture fixture) : MountsContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class BindsOnDockerd(DockerdFixture fixture) : BindsContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class HealthOnDockerd(DockerdFixture fixture) : HealthContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class UpdateOnDockerd(DockerdFixture fixture) : UpdateContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class NamespacesOnDockerd(DockerdFixture fixture) : NamespacesContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class LogDriversOnDockerd(DockerdFixture fixture) : LogDriversContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class PsFiltersOnDockerd(DockerdFixture fixture) : PsFiltersContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class DnsOnDockerd(DockerdFixture fixture) : DnsContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class PortsOnDockerd(DockerdFixture fixture) : PortsContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class NetworkOptionsOnDockerd(DockerdFixture fixture) : NetworkOptionsContract(fixture);

[Collection(typeof(DockerdHost))]
public sealed class RegistryOnDockerd(DockerdFixture fixture) : RegistryContract(fixture);
