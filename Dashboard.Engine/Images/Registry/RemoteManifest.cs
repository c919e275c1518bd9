using System.Text.Json;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Registry;

/// <summary>A manifest or index as the registry gave it; its digest is that of its very bytes.</summary>
internal sealed record RemoteManifest(byte[] Bytes, Digest Digest, string MediaType, ImageManifest? Image, Oci.ImageSpec.ImageIndex? Index)
{
    /// <param name="contentType">Of the answer; what the document itself says counts more.</param>
    /// <exception cref="RegistryException">It is neither, or both.</exception>
    public static RemoteManifest Parse(byte[] bytes, string? contentType)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new RegistryException("invalid manifest: not an object");
            bool Has(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
            if (Has("fsLayers") || contentType?.StartsWith("application/vnd.docker.distribution.manifest.v1", StringComparison.Ordinal) == true)
                throw new RegistryException($"the image has a manifest of schema 1 ({contentType}), which is no longer supported: it must be pushed again by a newer client");
            // A document that is both can be read as one image here and as another there (CVE-2021-41190).
            if (Has("manifests") && (Has("layers") || Has("config")))
                throw new RegistryException("invalid manifest: it is an index and an image at once");
            var digest = Digest.OfSha256(bytes);
            if (Has("manifests"))
            {
                var index = root.Deserialize(OciJson.Default.ImageIndex)!;
                return new RemoteManifest(bytes, digest, Type(index.MediaType, contentType, MediaTypes.Index), null, index);
            }
            var image = root.Deserialize(OciJson.Default.ImageManifest)!;
            return image.Config is null
                ? throw new RegistryException($"unsupported manifest format: {contentType}")
                : new RemoteManifest(bytes, digest, Type(image.MediaType, contentType, MediaTypes.Manifest), image, null);
        }
        catch (JsonException error)
        {
            throw new RegistryException($"invalid manifest: {error.Message}", RegistryFailure.Final, error);
        }
    }

    private static string Type(string? own, string? header, string fallback) => own is { Length: > 0 } ? own : header is { Length: > 0 } ? header : fallback;
}
