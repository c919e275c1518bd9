using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Spec;

/// <summary><c>--gpus</c>: devices by what they can do. There are no drivers for them, which dockerd too says at the start.</summary>
internal static class DeviceRequests
{
    /// <exception cref="EngineException">There is one.</exception>
    public static void Check(HostConfig host)
    {
        if (host.DeviceRequests is not [var request, ..])
            return;
        // As Go prints a list of lists.
        var sets = string.Join(' ', (request.Capabilities ?? []).Select(set => $"[{string.Join(' ', set)}]"));
        throw new EngineException(ErrorKind.System, $"could not select device driver \"{request.Driver}\" with capabilities: [{sets}]");
    }
}
