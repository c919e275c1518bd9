using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dashboard.Tests.Shared;

/// <summary>
/// Debian's docker-registry in the network of an engine: on loopback, where plain HTTP is allowed, or on the host's own address with a
/// certificate of a CA of our own.
/// </summary>
internal sealed class LocalRegistry : IAsyncDisposable
{
    public const string User = "user";
    public const string Password = "secret";

    // htpasswd -nbB -C 5 user secret
    private const string PasswordLine = "user:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";
    private static int s_port = 20_000;
    private readonly string _work;
    private readonly RunningCommand _process;

    private LocalRegistry(string work, string domain, RunningCommand process)
    {
        _work = work;
        Domain = domain;
        _process = process;
    }

    /// <summary>As it begins image names.</summary>
    public string Domain { get; }

    /// <summary>The CA's certificate, PEM.</summary>
    public string Authority => Path.Combine(_work, "ca.pem");

    public string Log => _process.StdoutSoFar + _process.StderrSoFar;

    /// <param name="network">Null: this machine's own.</param>
    public static async Task<LocalRegistry> StartAsync(TestNetwork? network, bool password = false, bool tls = false)
    {
        var program = await DebianPackages.RegistryAsync();
        var work = TestPlaces.NewWorkDirectory("registry");
        var address = tls ? network!.Address : "127.0.0.1";
        var domain = $"{address}:{(network is null ? FreePort() : Interlocked.Increment(ref s_port))}";
        await File.WriteAllTextAsync(Path.Combine(work, "users"), PasswordLine + "\n");
        if (tls) WriteCertificates(work, address);
        await File.WriteAllTextAsync(Path.Combine(work, "config.yml"), $"""
            version: 0.1
            log: {"{"}level: info{"}"}
            storage:
              filesystem: {"{"}rootdirectory: {work}/data{"}"}
            http:
              addr: {domain}
            {(tls ? $"  tls: {{certificate: {work}/own.pem, key: {work}/own.key}}" : "")}
            {(password ? $"auth: {{htpasswd: {{realm: tests, path: {work}/users}}}}" : "")}
            """);
        var process = new Command([.. network?.Inside ?? [], program, "serve", Path.Combine(work, "config.yml")]).Start();
        await process.ExpectErrorAsync("listening on", TimeSpan.FromSeconds(30));
        return new LocalRegistry(work, domain, process);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.SignalAsync("TERM");
        await _process.WaitAsync();
        await _process.DisposeAsync();
        Directory.Delete(_work, recursive: true);
    }

    // The registry cannot tell which port it got, so that it is told one; between the two nobody else asks for one here.
    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void WriteCertificates(string work, string address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Tests CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        using var authority = request.CreateSelfSigned(from, to);
        using var ownKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var own = new CertificateRequest("CN=registry", ownKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        own.CertificateExtensions.Add(names.Build());
        using var certificate = own.Create(authority, from, to, [1, 2, 3, 4]);
        File.WriteAllText(Path.Combine(work, "ca.pem"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(work, "own.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(work, "own.key"), ownKey.ExportPkcs8PrivateKeyPem());
    }
}
