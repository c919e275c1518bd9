using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Linux.Cgroups;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine;

/// <summary>
/// The owned lifetime of one engine. Start: roots locked, database migrated, images recovered, shims found again, network
/// reconciled, containers adopted, orphans swept, restart policies served. Stop: the watches end; containers go on, unless
/// the options say otherwise.
/// </summary>
public sealed partial class ContainerEngine(IServiceProvider services, EngineOptions options, ILogger<ContainerEngine> logger) : IHostedService
{
    // Resolved at the start and not when the host is built: locks and migrations belong to the start, and so do their errors.
    private ContainerSupervisor? supervisor;

    /// <exception cref="Errors.EngineException">Another instance lives in one of the roots, or a root cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<InstanceLock>();
        EnterLeaf();
        var recovery = services.GetRequiredService<ContainerRecovery>();
        supervisor = services.GetRequiredService<ContainerSupervisor>();
        await recovery.RunAsync(cancellationToken);
        LogStarted(options.DataRoot, options.RunRoot);
    }

    // Before the first shim, which stays where its server is.
    private void EnterLeaf()
    {
        if (CgroupLayout.Detect() is not { IsV2: true, Unified: { } root })
            return;
        try
        {
            if (!CgroupLeaf.Enter(root))
                LogLimitsMayFail(root, "some processes cannot be moved out of it");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogLimitsMayFail(root, error.Message);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (supervisor is null)
            return;
        if (options.StopContainersOnExit)
            await services.GetRequiredService<ContainerShutdown>().RunAsync(cancellationToken);
        await services.GetRequiredService<HealthMonitors>().DisposeAsync();
        await supervisor.DisposeAsync();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Containers will have no limits: the cgroup {Root} does not hand on its controllers: {Reason}. In a container, use docker run --privileged")]
    private partial void LogLimitsMayFail(string root, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Engine started: data in {DataRoot}, run-time state in {RunRoot}")]
    private partial void LogStarted(string dataRoot, string runRoot);
}
