using System.Security.Cryptography;
using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Engine.Containers.Links;
using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Networking;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Create;

/// <summary><c>docker create</c>: checks the request, completes it from the image, and makes the container durable with its writable layer.</summary>
internal sealed class ContainerCreator(
    ContainerRegistry registry,
    IImageService images,
    ISnapshotter snapshotter,
    INetworkService networks,
    MountSettler settler,
    ContainerMounts mounts,
    ContainerLinks links,
    ContainerEvents events,
    EngineOptions options,
    TimeProvider clock,
    ILogger<ContainerCreator> logger)
{
    public async Task<CreatedContainer> CreateAsync(CreateContainer request)
    {
        var wantedName = string.IsNullOrEmpty(request.Name) ? null : ContainerName.Validate(request.Name);
        if (request.Config.Image is "")
            throw EngineException.Invalid("config cannot be empty in order to create a container: it names no Image");
        ConfigRules.Check(request.Config);
        HostConfigRules.Check(request.Config, request.HostConfig, Environment.ProcessorCount);
        var warnings = new List<string>();
        request = request with { HostConfig = KernelLimits.Discard(request.HostConfig, warnings) };
        var image = images.Get(request.Config.Image);
        CheckPlatform(request, image);

        var id = NewId();
        await using var undo = new UndoStack(logger);
        var name = ReserveName(wantedName, id);
        undo.Push("release the name", () => registry.ReleaseName(name));
        var container = Compose(id, name, request, image);
        container = container with { MountPoints = await settler.SettleAsync(id, container.Config, container.HostConfig, undo) };
        undo.Push("remove the writable layer", () => snapshotter.RemoveAsync(id, CancellationToken.None));
        var rootfs = await snapshotter.PrepareAsync(id, image, CancellationToken.None);
        await mounts.PopulateAsync(id, container.MountPoints, rootfs);
        undo.Push("remove the directory", () => DeleteDirectory(options.ContainerDataDir(id)));
        Directory.CreateDirectory(options.ContainerDataDir(id));
        await registry.AddAsync(container);
        undo.Commit();
        await events.PublishAsync(container, "create");
        return new CreatedContainer(id, [.. warnings, .. Warnings(request, image)]);
    }

    private Container Compose(string id, string name, CreateContainer request, Image image)
    {
        var config = ConfigMerge.Complete(request.Config, image.Config.Config);
        ConfigRules.CheckCompleted(config);
        var host = WithShared(HostConfigDefaults.Complete(request.HostConfig));
        host = host with { Links = links.Resolve(host.Links, name) };
        config = config with { Hostname = Hostname(config, host, id) };
        IReadOnlyList<string> arguments = [.. config.Entrypoint ?? [], .. config.Cmd ?? []];
        return new Container
        {
            Id = id,
            Name = name,
            ImageId = image.Id,
            Created = clock.GetUtcNow(),
            Config = config,
            HostConfig = host,
            Path = arguments[0],
            Args = [.. arguments.Skip(1)],
            Networks = NetworkPlaces.Of(config, host, request.Networks, networks),
            State = new ContainerState(),
        };
    }

    // The name may be another's tomorrow; the id stays.
    private HostConfig WithShared(HostConfig host)
    {
        if (NetworkModes.SharedWith(host.NetworkMode) is { } network && registry.Find(network) is { } target)
            host = host with { NetworkMode = NetworkModes.Sharing(target.Id) };
        return host with { PidMode = ById(host.PidMode), IpcMode = ById(host.IpcMode) };
    }

    private string ById(string mode)
    {
        if (NamespaceModes.SharedWith(mode) is not { } reference)
            return mode;
        // Not 404: a client would pull the image.
        var donor = registry.Find(reference) ?? throw EngineException.Invalid($"No such container: {reference}");
        return NamespaceModes.Sharing(donor.Id);
    }

    private string Hostname(ContainerConfig config, HostConfig host, string id)
    {
        if (config.Hostname is not "")
            return config.Hostname;
        if (NetworkModes.SharedWith(host.NetworkMode) is { } shared && registry.Find(shared) is { } target)
            return target.Value.Config.Hostname;
        return host.NetworkMode is NetworkModes.Host || host.UTSMode is "host" ? Environment.MachineName : id[..12];
    }

    private string ReserveName(string? wanted, string id)
    {
        if (wanted is not null)
        {
            registry.ReserveName(wanted, id);
            return wanted;
        }
        for (var attempt = 0; ; attempt++)
        {
            var name = RandomName.Next(attempt);
            if (registry.TryReserveName(name, id))
                return name;
        }
    }

    private static void CheckPlatform(CreateContainer request, Image image)
    {
        if (string.IsNullOrEmpty(request.Platform))
            return;
        var parts = request.Platform.ToLowerInvariant().Split('/');
        var architecture = parts.Length > 1 ? parts[1] switch { "x86_64" => "amd64", "aarch64" => "arm64", var other => other } : null;
        if (parts[0] != image.Config.Os || (architecture is not null && architecture != image.Config.Architecture))
            throw EngineException.NotFound($"image with reference {request.Config.Image} was found but does not provide the specified platform ({request.Platform})");
    }

    private static List<string> Warnings(CreateContainer request, Image image)
    {
        var warnings = new List<string>();
        var host = HostPlatform.Architecture;
        if (image.Config.Architecture is { Length: > 0 } architecture && architecture != host)
            warnings.Add($"The requested image's platform ({image.Config.Os}/{architecture}) does not match the detected host platform (linux/{host}) and no specific platform was requested");
        if (request.HostConfig.PublishAllPorts || request.HostConfig.PortBindings is { Count: > 0 })
        {
            if (request.HostConfig.NetworkMode is NetworkModes.Host or NetworkModes.None)
                warnings.Add("Published ports are discarded when using " + request.HostConfig.NetworkMode + " network mode");
        }
        return warnings;
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
