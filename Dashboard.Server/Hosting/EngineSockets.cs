using System.Net.Sockets;
using Dashboard.Client.Connections;
using Dashboard.Server.Configuration;

namespace Dashboard.Server.Hosting;

/// <summary>
/// Docker APIs beside our own: named by --connect, and the sockets where Docker and Podman usually listen. A socket is found
/// when somebody answers behind it. It is asked for often, so what was found holds for some seconds.
/// </summary>
internal sealed class EngineSockets(DashboardOptions options, TimeProvider clock)
{
    private static readonly TimeSpan s_freshness = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private IReadOnlyList<DockerEndpoint> found = [];
    private IReadOnlyList<string> closed = [];
    private DateTimeOffset looked = DateTimeOffset.MinValue;

    public IReadOnlyList<DockerEndpoint> Found()
    {
        Look();
        return found;
    }

    /// <summary>Sockets that are there and that this user may not open.</summary>
    public IReadOnlyList<string> Closed()
    {
        Look();
        return closed;
    }

    private void Look()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (now - looked < s_freshness)
                return;
            looked = now;
            var here = options.DiscoversEngines ? Candidates().Where(each => !IsOurs(each.Path)).DistinctBy(each => each.Path).Select(each => (each.Name, each.Path, Answer: Ask(each.Path))).ToList() : [];
            closed = [.. here.Where(each => each.Answer == SocketError.AccessDenied).Select(each => each.Path)];
            found =
            [
                .. options.Connect.Select(address => new DockerEndpoint(IdOf(address.ToString()), NameOf(address), address)),
                .. here.Where(each => each.Answer == SocketError.Success).Select(each => new DockerEndpoint(IdOf(each.Path), each.Name, new Uri("unix://" + each.Path))),
            ];
        }
    }

    private static IEnumerable<(string Name, string Path)> Candidates()
    {
        yield return ("Docker", "/var/run/docker.sock");
        yield return ("Podman", "/run/podman/podman.sock");
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own)
        {
            yield return ("Docker (rootless)", Path.Combine(own, "docker.sock"));
            yield return ("Podman (rootless)", Path.Combine(own, "podman", "podman.sock"));
        }
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is { } host && host.StartsWith("unix://", StringComparison.Ordinal))
            yield return ("DOCKER_HOST", host["unix://".Length..]);
    }

    private bool IsOurs(string path) => options.RunsEngine && options.DockerHosts.Contains("unix://" + path);

    private static SocketError Ask(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }

    private static string NameOf(Uri address) => address.Scheme == "unix" ? Path.GetFileNameWithoutExtension(address.AbsolutePath) : address.Authority;

    // It stands in URLs and in preferences.
    private static string IdOf(string address) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(address)))[..12];
}
