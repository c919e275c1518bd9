namespace Dashboard.Engine.Images.Registry;

/// <summary>A registry's certificate is not to be trusted, in the words of Go's x509.</summary>
internal sealed class CertificateException(string message) : Exception(message);
