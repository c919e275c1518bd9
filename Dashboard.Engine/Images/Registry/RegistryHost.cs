namespace Dashboard.Engine.Images.Registry;

/// <summary>One place where a domain's images may be had.</summary>
/// <param name="Url">Scheme, host and port (and the path of a mirror), with a slash at its end.</param>
/// <param name="Domain">As in image names: <c>docker.io</c>, <c>localhost:5000</c>.</param>
/// <param name="TrustsAnyone">Certificates are not checked.</param>
internal sealed record RegistryHost(Uri Url, string Domain, bool TrustsAnyone)
{
    /// <summary>Failing here is no reason to give up, and the domain's credentials are not for it.</summary>
    public bool IsMirror { get; init; }
}
