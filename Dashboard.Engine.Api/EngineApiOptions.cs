namespace Dashboard.Engine.Api;

/// <summary>Where the Engine API listens.</summary>
public sealed class EngineApiOptions
{
    public const string DefaultDockerHost = "unix:///run/dashboard/docker.sock";

    /// <summary>
    /// <c>unix:///absolute/path</c> or <c>tcp://127.0.0.1:port</c> (loopback only: the API is root-equivalent and TCP has no
    /// permissions). Port 0 takes a free one.
    /// </summary>
    public IReadOnlyList<string> DockerHosts { get; set; } = [DefaultDockerHost];

    /// <summary>The group that may use the unix sockets (mode 0660), where it exists.</summary>
    public string SocketGroup { get; set; } = "docker";
}
