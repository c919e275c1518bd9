using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dashboard.Engine.Images.Registry;

/// <summary>The certificates of one registry: <c>certs.d/HOST[:PORT]/*.crt</c> and pairs of <c>*.cert</c> and <c>*.key</c> (Docker's "Verify repository client with certificates").</summary>
internal sealed class CertificateFolder(string directory, bool trustsAnyone)
{
    /// <summary>What the folder looks like now: a change of it wants new connections.</summary>
    public string Stamp() => Directory.Exists(directory)
        ? string.Join('\n', Directory.GetFiles(directory).Order(StringComparer.Ordinal).Select(file => $"{file} {File.GetLastWriteTimeUtc(file).Ticks}"))
        : "";

    /// <exception cref="RegistryException">A file cannot be read, or a certificate has no key.</exception>
    public SslClientAuthenticationOptions Read()
    {
        var roots = new X509Certificate2Collection();
        var own = new X509Certificate2Collection();
        if (Directory.Exists(directory))
        {
            try
            {
                foreach (var file in Directory.GetFiles(directory, "*.crt"))
                    roots.ImportFromPemFile(file);
                foreach (var file in Directory.GetFiles(directory, "*.cert"))
                    own.Add(ReadPair(file));
            }
            catch (Exception error) when (error is CryptographicException or IOException)
            {
                throw new RegistryException($"could not read the certificates in {directory}: {error.Message}", RegistryFailure.Final, error);
            }
        }
        return new SslClientAuthenticationOptions
        {
            ClientCertificates = own,
            RemoteCertificateValidationCallback = (sender, certificate, chain, errors) => trustsAnyone || Check(sender, certificate as X509Certificate2, chain, errors, roots),
        };
    }

    private static X509Certificate2 ReadPair(string certificate)
    {
        var key = Path.ChangeExtension(certificate, ".key");
        return File.Exists(key)
            ? X509Certificate2.CreateFromPemFile(certificate, key)
            : throw new RegistryException($"missing key {Path.GetFileName(key)} for client certificate {Path.GetFileName(certificate)}. CA certificates must use the extension .crt");
    }

    private static bool Check(object sender, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (certificate is null)
            throw new CertificateException("tls: the registry has no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw new CertificateException($"x509: certificate is valid for {Names(certificate)}, not {(sender as SslStream)?.TargetHostName}");
        if (errors == SslPolicyErrors.None || IsFrom(roots, certificate, chain))
            return true;
        throw new CertificateException(certificate.NotAfter < DateTime.Now || certificate.NotBefore > DateTime.Now
            ? "x509: certificate has expired or is not yet valid"
            : "x509: certificate signed by unknown authority");
    }

    private static bool IsFrom(X509Certificate2Collection roots, X509Certificate2 certificate, X509Chain? presented)
    {
        if (roots.Count == 0)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        return chain.Build(certificate);
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString()))).ToList();
        return names.Count > 0 ? string.Join(", ", names) : "no name";
    }
}
