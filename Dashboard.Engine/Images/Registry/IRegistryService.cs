using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Registry;

/// <summary>
/// Registries: images from them and to them. Errors are <see cref="Errors.EngineException"/> in Docker's words and hold no secret. Progress
/// is reported from several threads, at any rate that the network allows; the receiver thins it out.
/// </summary>
public interface IRegistryService
{
    RegistryOptions Settings { get; }

    /// <summary>Other mirrors and insecure registries from now on; transfers that are under way go on as they began. Announced as <c>daemon reload</c> when something is different.</summary>
    Task ReloadAsync(IReadOnlyList<Uri> mirrors, IReadOnlyList<string> insecureRegistries);

    /// <summary><c>docker pull</c>.</summary>
    /// <param name="name">Without tag and digest, all tags of the repository.</param>
    /// <param name="platform"><c>os[/arch[/variant]]</c>, or null for this machine's.</param>
    /// <exception cref="Errors.EngineException">NotFound for what does not exist or may not be seen; nothing was reported before.</exception>
    Task PullAsync(string name, string? platform, RegistryCredentials credentials, IProgress<RegistryProgress> progress, CancellationToken cancellationToken);

    /// <summary><c>docker push</c>.</summary>
    /// <param name="name">Without a tag, all tags of the repository.</param>
    Task PushAsync(string name, RegistryCredentials credentials, IProgress<RegistryProgress> progress, CancellationToken cancellationToken);

    /// <summary><c>docker login</c>: whether a registry takes the credentials. Returns the identity token that it gives in place of the password, or nothing.</summary>
    /// <exception cref="Errors.EngineException">Unauthorized, or another reason.</exception>
    Task<string> LoginAsync(RegistryCredentials credentials, CancellationToken cancellationToken);

    /// <summary><c>docker search</c>.</summary>
    /// <param name="term">May begin with the registry to ask: <c>localhost:5000/word</c>.</param>
    Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int limit, RegistryCredentials credentials, CancellationToken cancellationToken);

    /// <summary>What a name stands for at its registry, without a pull.</summary>
    Task<RemoteImage> InspectAsync(string name, RegistryCredentials credentials, CancellationToken cancellationToken);
}

/// <summary>The manifest or index of a name, and for what it is.</summary>
public sealed record RemoteImage(Descriptor Descriptor, IReadOnlyList<Platform> Platforms);
