using System.Text.Json.Nodes;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Events;
using Dashboard.Engine.Images.Archives;
using Dashboard.Engine.Images.Registry.Transfer;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Engine.Info;
using Dashboard.Engine.Metadata;
using Dashboard.Oci.ImageSpec;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Registry;

/// <summary>The registry client of one engine.</summary>
internal sealed class RegistryService : IRegistryService, IDisposable
{
    private readonly RegistryConnector connector;
    private readonly BlobTransfers transfers;
    private readonly ImageParts parts;
    private readonly ImagePuller puller;
    private readonly ImagePusher pusher;
    private readonly RegistrySearch search;
    private readonly RetryPolicy retries;
    private readonly IEvents events;
    private readonly ISystemService system;

    public RegistryService(ImageService images, EngineOptions options, EngineDatabase database, IEvents events, ISystemService system, TimeProvider clock)
    {
        (this.events, this.system) = (events, system);
        Settings = options.Registry;
        parts = images.Parts;
        var places = new LayerPlaces(database);
        connector = new RegistryConnector(options.Registry, clock);
        transfers = new BlobTransfers(parts.Content, options.Registry);
        retries = new RetryPolicy(options.Registry, clock);
        puller = new ImagePuller(parts, transfers, places, retries, options.Registry);
        pusher = new ImagePusher(parts, places, retries, options.Registry);
        search = new RegistrySearch(connector, options.Registry);
    }

    public RegistryOptions Settings { get; private set; }

    public async Task ReloadAsync(IReadOnlyList<Uri> mirrors, IReadOnlyList<string> insecureRegistries)
    {
        if (Settings.Mirrors.SequenceEqual(mirrors) && Settings.InsecureRegistries.SequenceEqual(insecureRegistries))
            return;
        Settings = Settings with { Mirrors = mirrors, InsecureRegistries = insecureRegistries };
        connector.Reload(Settings);
        await events.PublishAsync("daemon", "reload", system.Facts.EngineId, new Dictionary<string, string>
        {
            ["name"] = system.Facts.Hostname,
            ["registry-mirrors"] = JsonList(mirrors.Select(mirror => mirror.AbsoluteUri)),
            ["insecure-registries"] = JsonList(insecureRegistries),
        });
    }

    private static string JsonList(IEnumerable<string> items) => new JsonArray([.. items.Select(item => JsonValue.Create(item))]).ToJsonString();

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

    public async Task PushAsync(string name, RegistryCredentials credentials, IProgress<RegistryProgress> progress, CancellationToken cancellationToken)
    {
        var reference = ParseName(name);
        if (reference.Digest is not null)
            throw EngineException.Invalid("cannot push a digest reference");
        progress.Report(RegistryProgress.Message($"The push refers to repository [{reference.Name}]"));
        var images = Tagged(reference);
        if (images.Count == 0)
            throw new EngineException(ErrorKind.NotFound, $"An image does not exist locally with the tag: {reference.FamiliarName}");
        try
        {
            await connector.UseAsync(reference.Domain, reference.Path, credentials, async session =>
            {
                foreach (var (tag, image) in images)
                    await pusher.PushAsync(session, tag, image, progress, cancellationToken);
                return true;
            }, cancellationToken, isPush: true);
        }
        catch (RegistryException error)
        {
            throw new EngineException(ErrorKind.System, error.Code == RegistryFault.NoBasicCredentials ? error.Code : error.Message, error);
        }
        catch (Exception error) when (error is IOException)
        {
            throw ImageCommitter.Explain(error);
        }
        await PublishAsync("push", reference);
    }

    public async Task<string> LoginAsync(RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var domain = Domain(credentials.ServerAddress);
        try
        {
            var hosts = (await connector.HostsAsync(domain, cancellationToken)).Where(host => !host.IsMirror).ToList();
            for (var at = 0; ; at++)
            {
                try
                {
                    return await connector.LoginAsync(hosts[at], credentials, cancellationToken);
                }
                catch (RegistryException error) when (error is { Status: null, Code: "" } && at < hosts.Count - 1)
                {
                    // Not by HTTPS: in the clear, where that is allowed.
                }
            }
        }
        catch (RegistryException error)
        {
            throw new EngineException(error.Code == RegistryErrors.Unauthorized ? ErrorKind.Unauthorized : ErrorKind.System, error.Message, error);
        }
    }

    public async Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int limit, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        try
        {
            return await search.SearchAsync(term, limit, credentials, cancellationToken);
        }
        catch (RegistryException error)
        {
            throw new EngineException(ErrorKind.System, error.Message, error);
        }
    }

    public async Task<RemoteImage> InspectAsync(string name, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        if (Digest.IsIdentifier(name))
            throw new EngineException(ErrorKind.System, "no manifest found for full image ID");
        var reference = ParseName(name).WithDefaultTag();
        try
        {
            return await connector.UseAsync(reference.Domain, reference.Path, credentials, session => InspectAsync(session, reference, cancellationToken), cancellationToken);
        }
        catch (RegistryException error)
        {
            throw new EngineException(error.Code is RegistryErrors.ManifestUnknown or RegistryErrors.NameUnknown ? ErrorKind.NotFound : error.Code is RegistryErrors.Denied ? ErrorKind.Forbidden : ErrorKind.System, error.Message, error);
        }
    }

    private async Task<RemoteImage> InspectAsync(RegistrySession session, Reference reference, CancellationToken cancellationToken)
    {
        var client = new ManifestClient(session, retries);
        if (reference.Digest is null)
            await client.HeadAsync(reference.Tag!, cancellationToken);
        var manifest = await client.GetAsync(reference.Digest?.ToString() ?? reference.Tag!, cancellationToken);
        var descriptor = new Descriptor { MediaType = manifest.MediaType, Digest = manifest.Digest.ToString(), Size = manifest.Bytes.Length };
        if (manifest.Index is { } index)
            return new RemoteImage(descriptor, [.. (index.Manifests ?? []).Select(each => each.Platform).OfType<Platform>()]);
        var config = ImageConfigReader.Parse(await client.BlobAsync(manifest.Image!.Config!, cancellationToken));
        return new RemoteImage(descriptor, [new Platform { Os = config.Os, Architecture = config.Architecture, Variant = config.Variant }]);
    }

    /// <summary>The tag that is named, or all of the repository's.</summary>
    private List<(Reference Tag, StoredImage Image)> Tagged(Reference reference)
    {
        var index = parts.Store.Index;
        return [.. index.All.Where(image => !image.Record.Removed)
            .SelectMany(image => image.References.Where(other => other.Digest is null && other.Name == reference.Name && (reference.Tag is null || other.Tag == reference.Tag)).Select(tag => (tag, image)))
            .OrderBy(each => each.tag.Tag, StringComparer.Ordinal)];
    }

    /// <summary>Logins name Docker Hub by the address of its old index: <c>https://index.docker.io/v1/</c>.</summary>
    private static string Domain(string address)
    {
        var text = address.Contains("://", StringComparison.Ordinal) ? address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..] : address;
        var domain = text.Split('/')[0];
        if (domain is "" or "index.docker.io" or "registry-1.docker.io" or Reference.DefaultDomain)
            return Reference.DefaultDomain;
        return Uri.TryCreate($"https://{domain}/", UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
            ? domain
            : throw EngineException.Invalid($"invalid registry address \"{domain}\"");
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
        pusher.Dispose();
        transfers.Dispose();
    }
}
