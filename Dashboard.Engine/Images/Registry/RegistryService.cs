using Dashboard.Engine.Errors;
using Dashboard.Engine.Events;
using Dashboard.Engine.Images.Archives;
using Dashboard.Engine.Images.Registry.Transfer;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Registry;

/// <summary>The registry client of one engine.</summary>
internal sealed class RegistryService : IRegistryService, IDisposable
{
    private readonly RegistryConnector connector;
    private readonly BlobTransfers transfers;
    private readonly ImagePuller puller;
    private readonly RetryPolicy retries;
    private readonly IEvents events;

    public RegistryService(ImageService images, EngineOptions options, IEvents events, TimeProvider clock)
    {
        this.events = events;
        connector = new RegistryConnector(options.Registry, clock);
        transfers = new BlobTransfers(images.Parts.Content, options.Registry);
        retries = new RetryPolicy(options.Registry, clock);
        puller = new ImagePuller(images.Parts, transfers, retries, options.Registry);
    }

    public async Task PullAsync(string name, string? platform, RegistryCredentials credentials, IProgress<RegistryProgress> progress, CancellationToken cancellationToken)
    {
        var reference = ParseName(name);
        var choice = string.IsNullOrEmpty(platform) ? null : PlatformChoice.Parse(platform);
        if (choice is { Os: not "linux" })
            throw EngineException.Invalid($"operating system {choice.Os} is not supported: containers here run Linux");
        try
        {
            var changed = await connector.UseAsync(reference.Domain, reference.Path, credentials, session => PullAsync(session, reference, choice, progress, cancellationToken), cancellationToken);
            progress.Report(RegistryProgress.Message(changed ? $"Status: Downloaded newer image for {reference.Familiar}" : $"Status: Image is up to date for {reference.Familiar}"));
        }
        catch (RegistryException error)
        {
            throw PullError(error, reference);
        }
        catch (Exception error) when (error is TarException or IOException or LayerGoneException)
        {
            throw ImageCommitter.Explain(error);
        }
        await PublishAsync("pull", reference);
    }

    private async Task<bool> PullAsync(RegistrySession session, Reference reference, PlatformChoice? platform, IProgress<RegistryProgress> progress, CancellationToken cancellationToken)
    {
        if (reference.Tag is not null || reference.Digest is not null)
            return await puller.PullAsync(session, reference, platform, progress, cancellationToken);
        var changed = false;
        foreach (var tag in await new ManifestClient(session, retries).TagsAsync(cancellationToken))
            changed |= await puller.PullAsync(session, reference.WithTag(tag), platform, progress, cancellationToken);
        return changed;
    }

    private static EngineException PullError(RegistryException error, Reference reference) => error.Code switch
    {
        RegistryErrors.Denied => new EngineException(ErrorKind.NotFound, $"pull access denied for {reference.FamiliarName}, repository does not exist or may require 'docker login': {error.Message}", error),
        RegistryErrors.ManifestUnknown => new EngineException(ErrorKind.NotFound, $"manifest for {reference.Familiar} not found: {error.Message}", error),
        RegistryErrors.NameUnknown => new EngineException(ErrorKind.NotFound, $"repository {reference.FamiliarName} not found: {error.Message}", error),
        _ => new EngineException(ErrorKind.System, error.Message, error),
    };

    private static Reference ParseName(string name)
    {
        try
        {
            return Reference.Parse(name);
        }
        catch (FormatException error)
        {
            throw EngineException.Invalid(error.Message);
        }
    }

    private ValueTask PublishAsync(string action, Reference reference) =>
        events.PublishAsync("image", action, reference.Familiar, new Dictionary<string, string> { ["name"] = reference.FamiliarName });

    public void Dispose()
    {
        connector.Dispose();
        transfers.Dispose();
    }
}
