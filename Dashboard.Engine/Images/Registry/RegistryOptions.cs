namespace Dashboard.Engine.Images.Registry;

/// <summary>How the engine talks to registries; the same settings as in Docker's daemon.json where it has them.</summary>
public sealed record RegistryOptions
{
    /// <summary><c>host[:port]</c> or a CIDR range: plain HTTP and unknown certificates are accepted there. Loopback always is, as in Docker.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>Asked before Docker Hub for its images, in this order, and never told its credentials.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary>Holds a folder per <c>host[:port]</c> with <c>*.crt</c> (CAs) and pairs of <c>*.cert</c> and <c>*.key</c> (client certificates).</summary>
    public string CertificatesDirectory { get; init; } = "/etc/docker/certs.d";

    /// <summary>Who answers <c>docker search</c> for names without a registry.</summary>
    public Uri SearchIndex { get; init; } = new("https://index.docker.io/");

    /// <summary>Of all pulls together.</summary>
    public int MaxConcurrentDownloads { get; init; } = 3;

    /// <summary>Of all pushes together.</summary>
    public int MaxConcurrentUploads { get; init; } = 5;

    /// <summary>Tries without any progress between them; a byte more than before starts the count again.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>Before the second try; doubled for each one after it, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A registry that asks for a longer wait (Retry-After) is not waited for.</summary>
    public TimeSpan LongestRequestedPause { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Without a byte, or an answer, for this long a connection counts as dead.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long what a failed pull has received waits for the next pull of the same blobs.</summary>
    public TimeSpan PartialLifetime { get; init; } = TimeSpan.FromDays(1);
}
