using Dashboard.Tests.Cli;

namespace Dashboard.Tests.Contracts;

[Collection(typeof(DockerdHost))]
public sealed class WireOnDockerd(DockerdFixture fixture) : WireContract(fixture);

[Collection(typeof(DashboardHost))]
public sealed class WireOnDashboard(DashboardFixture fixture) : WireContract(fixture);
