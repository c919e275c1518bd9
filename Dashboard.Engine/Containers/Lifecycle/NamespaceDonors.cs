using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>The running containers whose process or IPC namespace another one joins at its start.</summary>
internal sealed class NamespaceDonors(ContainerRegistry registry)
{
    /// <summary>Whose network, processes and IPC a container joins.</summary>
    public static IEnumerable<string> IdsOf(HostConfig host) =>
        ((string?[])[NetworkModes.SharedWith(host.NetworkMode), NamespaceModes.SharedWith(host.PidMode), NamespaceModes.SharedWith(host.IpcMode)]).OfType<string>();

    /// <summary>Null when it joins nobody's.</summary>
    public Container? OfPid(HostConfig host)
    {
        if (NamespaceModes.SharedWith(host.PidMode) is not { } reference)
            return null;
        var donor = registry.Find(reference)?.Value
            ?? throw EngineException.NotFound($"cannot join PID of a non running container: {reference}: No such container: {reference}");
        CheckRuns(donor, "");
        return donor;
    }

    /// <summary>Null when it joins nobody's.</summary>
    public Container? OfIpc(HostConfig host)
    {
        if (NamespaceModes.SharedWith(host.IpcMode) is not { } reference)
            return null;
        var cannot = $"can't join IPC of container {reference}: ";
        var donor = registry.Find(reference)?.Value ?? throw EngineException.NotFound($"{cannot}No such container: {reference}");
        CheckRuns(donor, cannot);
        return donor.HostConfig.IpcMode is NamespaceModes.Shareable
            ? donor
            : throw new EngineException(ErrorKind.System, cannot + "non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
    }

    private static void CheckRuns(Container donor, string cannot)
    {
        if (donor.State.Status is ContainerStatus.Restarting)
            throw EngineException.Conflict($"{cannot}Container {donor.Id} is restarting, wait until the container is running");
        if (!donor.State.IsRunning)
            throw EngineException.Conflict($"{cannot}container {donor.Id} is not running");
    }
}
