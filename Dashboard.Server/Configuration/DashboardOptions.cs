using Dashboard.Engine;
using Dashboard.Engine.Api;

namespace Dashboard.Server.Configuration;

/// <summary>The command line, which the environment (DASHBOARD_DATA_ROOT and so on) and appsettings.json (section Dashboard) can also say; the command line wins.</summary>
internal sealed record DashboardOptions
{
    public const string Help = """
        Dashboard: containers and their dashboard.

          Dashboard.Server [options]               starts it
          Dashboard.Server healthcheck [options]   asks the one that was started with these options; ends with 0 when it is well

          --urls URL            where the web app listens (default http://127.0.0.1:8080)
          --docker-host HOST    where the Engine API listens; repeatable (default unix:///run/dashboard/docker.sock)
          --data-root DIR       images, containers, logs, settings (default /var/lib/dashboard)
          --run-root DIR        sockets and state of this boot (default /run/dashboard)
          --engine MODE         bundled (default) or off
          --connect HOST        another Docker API for the web app: unix:///path or tcp://host:port; repeatable.
                                Docker and Podman on this host are found without it; --connect none looks for none
          --registry-mirror URL asked for Docker Hub's images before Docker Hub; repeatable
          --insecure-registry R host[:port] or a CIDR range where plain HTTP and unknown certificates are accepted; repeatable
          --stop-containers     stops the containers when the server stops; otherwise they go on without it
          --help
        """;

    private const string StopContainersName = "stop-containers";
    private static readonly string[] Names = ["urls", "docker-host", "data-root", "run-root", "engine", "connect", "registry-mirror", "insecure-registry", StopContainersName];

    public string Urls { get; init; } = "http://127.0.0.1:8080";
    public IReadOnlyList<string> DockerHosts { get; init; } = [EngineApiOptions.DefaultDockerHost];
    public string DataRoot { get; init; } = EngineOptions.DefaultDataRoot;
    public string RunRoot { get; init; } = EngineOptions.DefaultRunRoot;
    public bool Engine { get; init; } = true;

    /// <summary>Other engines' APIs that the web app offers.</summary>
    public IReadOnlyList<Uri> Connect { get; init; } = [];

    /// <summary>Whether it also looks for Docker's and Podman's usual sockets.</summary>
    public bool DiscoversEngines { get; init; } = true;

    /// <summary>Of Docker Hub.</summary>
    public IReadOnlyList<Uri> RegistryMirrors { get; init; } = [];

    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>Whether the end of the server is the end of its containers.</summary>
    public bool StopContainers { get; init; }

    /// <summary>Whether this process runs the bundled engine: asked for, and allowed to.</summary>
    public bool RunsEngine => Engine && EnginePrivileges.IsRoot && EnginePrivileges.Missing.Count == 0;

    /// <exception cref="OptionException">Names the option and the way out.</exception>
    public static DashboardOptions Parse(IReadOnlyList<string> args, IConfiguration configuration)
    {
        var given = Names.ToDictionary(name => name, _ => new List<string>());
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            if (!name.StartsWith("--", StringComparison.Ordinal) || !given.TryGetValue(name[2..], out var values))
                throw new OptionException($"{args[i]} is not known. Use --help.");
            if (name == "--" + StopContainersName)
                value ??= "true";
            values.Add(value ?? (++i < args.Count ? args[i] : throw new OptionException($"{name} needs a value. Use --help.")));
        }
        string One(string name, string fallback) =>
            given[name].Count > 1 ? throw new OptionException($"--{name} may be given once.")
            : given[name].FirstOrDefault() ?? Environment.GetEnvironmentVariable("DASHBOARD_" + name.Replace('-', '_').ToUpperInvariant()) ?? configuration[$"Dashboard:{name}"] ?? fallback;
        var engine = One("engine", "bundled");
        var stop = One(StopContainersName, "false");
        IReadOnlyList<string> Many(string name) => given[name].Count > 0 ? given[name] : [.. (Environment.GetEnvironmentVariable("DASHBOARD_" + name.Replace('-', '_').ToUpperInvariant()) ?? configuration[$"Dashboard:{name}"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)];
        var connect = Many("connect");
        var options = new DashboardOptions
        {
            Urls = One("urls", "http://127.0.0.1:8080"),
            DockerHosts = given["docker-host"].Count > 0 ? given["docker-host"] : [.. (Environment.GetEnvironmentVariable("DASHBOARD_DOCKER_HOST") ?? configuration["Dashboard:docker-host"] ?? EngineApiOptions.DefaultDockerHost).Split(',')],
            DataRoot = Path.GetFullPath(One("data-root", DefaultDataRoot(Environment.IsPrivilegedProcess))),
            RunRoot = Path.GetFullPath(One("run-root", EngineOptions.DefaultRunRoot)),
            Engine = engine == "bundled",
            Connect = [.. connect.Where(host => host != "none").Select(Address)],
            RegistryMirrors = [.. Many("registry-mirror").Select(Mirror)],
            InsecureRegistries = [.. Many("insecure-registry").Select(Insecure)],
            DiscoversEngines = !connect.Contains("none"),
            StopContainers = bool.TryParse(stop, out var stops) ? stops : throw new OptionException($"--{StopContainersName} {stop} is not known: use true or false."),
        };
        return engine is "bundled" or "off" ? options : throw new OptionException($"--engine {engine} is not known: use bundled or off.");
    }

    /// <summary>For anybody but root a place of one's own (XDG Base Directory Specification, XDG_DATA_HOME).</summary>
    internal static string DefaultDataRoot(bool isRoot) => isRoot
        ? EngineOptions.DefaultDataRoot
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "dashboard");

    private static Uri Mirror(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https") && address is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
            ? address
            : throw new OptionException($"--registry-mirror {url} is no address: use https://host[:port]/ or http://host[:port]/, without a name, a password or a query.");

    private static string Insecure(string registry) =>
        (registry.Contains('/') ? System.Net.IPNetwork.TryParse(registry, out _) : Uri.TryCreate($"http://{registry}/", UriKind.Absolute, out var address) && address.UserInfo.Length == 0)
            ? registry
            : throw new OptionException($"--insecure-registry {registry} is no registry: use host[:port] or a range like 10.0.0.0/8.");

    private static Uri Address(string host) =>
        Uri.TryCreate(host, UriKind.Absolute, out var address) && (address.Scheme == "unix" ? address.AbsolutePath.Length > 1 && address.Host.Length == 0 : address.Scheme is "tcp" or "http" && address.Host.Length > 0)
            ? address
            : throw new OptionException($"--connect {host} is no address: use unix:///path or tcp://host:port, or none.");
}
