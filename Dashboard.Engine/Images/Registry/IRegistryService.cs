using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Registry;

/// <summary>
/// Registries: images from them and to them. Errors are <see cref="Errors.EngineException"/> in Docker's words and hold no secret. Progress
/// is reported from several threads, at any rate that the network allows; the receiver thins it out.
/// </summary>
public interface IRegistryService
{
    /// <summary><c>docker pull</c>.</summary>
    /// <param name="name">Without tag and digest, all tags of the repository.</param>
    /// <param name="platform"><c>os[/arch[/variant]]</c>, or null for this machine's.</param>
    /// <exception cref="Errors.EngineException">NotFound for what does not exist or may not be seen; nothing was reported before.</exception>
    Task PullAsync(string name, string? platform, RegistryCredentials credentials, IProgress<RegistryProgress> progress, CancellationToken cancellationToken);
}
