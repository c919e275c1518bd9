using System.Text.Json;
using Dashboard.Engine.Errors;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images;

/// <summary>Parses a config blob (image-spec, config.md) and completes what older tools leave out or write as null.</summary>
internal static class ImageConfigReader
{
    /// <exception cref="EngineException">It is no image config, or not for Linux.</exception>
    public static ImageConfigDocument Parse(ReadOnlySpan<byte> json)
    {
        ImageConfigDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, OciJson.Default.ImageConfigDocument);
        }
        catch (JsonException error)
        {
            throw new EngineException(ErrorKind.System, $"invalid image JSON: {error.Message}", error);
        }
        if (document?.Rootfs is not { } rootfs)
            throw new EngineException(ErrorKind.System, "invalid image JSON, no RootFS key");
        if (document.Os is not (null or "" or "linux"))
            throw new EngineException(ErrorKind.System, $"cannot load {document.Os} image on linux");
        var diffIds = rootfs.DiffIds ?? [];
        if (diffIds.FirstOrDefault(diffId => !Digest.TryParse(diffId, out var digest) || digest.Algorithm != "sha256") is { } wrong)
            throw new EngineException(ErrorKind.System, $"invalid image JSON: diff id \"{wrong}\" is no sha256 digest");
        return document with
        {
            Os = "linux",
            Architecture = document.Architecture ?? "",
            Config = document.Config ?? new ImageExecutionConfig(),
            History = document.History ?? [],
            Rootfs = rootfs with { DiffIds = diffIds },
        };
    }
}
