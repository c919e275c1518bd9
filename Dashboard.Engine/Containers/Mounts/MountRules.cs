using System.Text.Json;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Mounts;

/// <summary>What a <see cref="MountSpec"/> may not say, in dockerd's words (moby, volume/mounts).</summary>
internal static class MountRules
{
    // Of the API and not built here.
    private static readonly string[] s_known = ["image", "cluster", "npipe"];

    public static void Check(MountSpec mount, bool sourceMustExist)
    {
        if (s_known.Contains(mount.Type))
            throw EngineException.NotImplemented($"a mount of type {mount.Type}");
        if (mount.Target is "")
            throw Wrong(mount, "field Target must not be empty");
        RefuseNul(mount);
        CheckType(mount, sourceMustExist);
        CheckDestination(mount);
        if (IsThere(mount.ImageOptions) || IsThere(mount.ClusterOptions))
            throw Wrong(mount, $"field {(IsThere(mount.ImageOptions) ? "ImageOptions" : "ClusterOptions")} must not be specified");
    }

    private static void CheckType(MountSpec mount, bool sourceMustExist)
    {
        switch (mount.Type)
        {
            case ContainerMount.Bind:
                CheckBind(mount, sourceMustExist);
                break;
            case ContainerMount.Volume:
                CheckVolume(mount);
                break;
            case ContainerMount.Tmpfs:
                Refuse(mount, mount.BindOptions is not null, "BindOptions");
                Refuse(mount, mount.VolumeOptions is not null, "VolumeOptions");
                Refuse(mount, mount.Source is not "", "Source");
                TmpfsWords.Of(mount);
                break;
            default:
                throw Wrong(mount, "mount type unknown");
        }
    }

    private static void CheckBind(MountSpec mount, bool sourceMustExist)
    {
        if (mount.Source is "")
            throw Wrong(mount, "field Source must not be empty");
        var options = mount.BindOptions;
        if (options is { Propagation: not "" } && !MountMode.Propagations.Contains(options.Propagation))
            throw Wrong(mount, $"invalid propagation mode: {options.Propagation}");
        Refuse(mount, mount.VolumeOptions is not null, "VolumeOptions");
        Refuse(mount, mount.TmpfsOptions is not null, "TmpfsOptions");
        if (!mount.Source.StartsWith('/'))
            throw Wrong(mount, $"invalid mount path: '{mount.Source}' mount path must be absolute");
        if (options is { ReadOnlyNonRecursive: true, ReadOnlyForceRecursive: true })
            throw Wrong(mount, "mount options conflict: ReadOnlyNonRecursive && ReadOnlyForceRecursive");
        if (options is { ReadOnlyForceRecursive: true })
            CheckForced(mount, options);
        if (sourceMustExist && options is not { CreateMountpoint: true } && !Path.Exists(mount.Source))
            throw Wrong(mount, $"bind source path does not exist: {mount.Source}");
    }

    private static void CheckForced(MountSpec mount, MountBindOptions options)
    {
        if (!mount.ReadOnly)
            throw Wrong(mount, "mount option ReadOnlyForceRecursive requires ReadOnly");
        if (options.NonRecursive)
            throw Wrong(mount, "mount options conflict: NonRecursive && ReadOnlyForceRecursive");
        if (options.Propagation is not ("" or "private" or "rprivate"))
            throw Wrong(mount, "mount option ReadOnlyForceRecursive requires Propagation to be private or rprivate");
    }

    private static void CheckVolume(MountSpec mount)
    {
        Refuse(mount, mount.BindOptions is not null, "BindOptions");
        Refuse(mount, mount.TmpfsOptions is not null, "TmpfsOptions");
        if (mount.Source is "" && mount.ReadOnly)
            throw Wrong(mount, "must not set ReadOnly mode when using anonymous volumes");
        if (mount.VolumeOptions is not { Subpath: { Length: > 0 } subpath })
            return;
        if (subpath.StartsWith('/') || subpath.Split('/').Contains(".."))
            throw Wrong(mount, "subpath must be a relative path within the volume");
        if (mount.Source is "")
            throw Wrong(mount, "must not set Subpath when using anonymous volumes");
    }

    private static void CheckDestination(MountSpec mount)
    {
        if (!mount.Target.StartsWith('/'))
            throw Wrong(mount, $"invalid mount path: '{mount.Target}' mount path must be absolute");
        if (ContainerPath.Clean(mount.Target) is "/")
            throw Wrong(mount, "invalid specification: destination can't be '/'");
    }

    // Each becomes a C string.
    private static void RefuseNul(MountSpec mount)
    {
        if ((mount.Target + mount.Source + mount.VolumeOptions?.Subpath).Contains('\0'))
            throw Wrong(mount, "a path holds a NUL byte");
    }

    private static void Refuse(MountSpec mount, bool isThere, string field)
    {
        if (isThere)
            throw Wrong(mount, $"field {field} must not be specified");
    }

    private static bool IsThere(JsonElement? element) => element is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    public static EngineException Wrong(MountSpec mount, string reason) =>
        EngineException.Invalid($"invalid mount config for type \"{mount.Type}\": {reason}");
}
