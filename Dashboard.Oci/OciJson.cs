using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Oci;

/// <summary>
/// Source-generated JSON of the OCI documents: camelCase, absent instead of null, safe under NativeAOT. The records'
/// optional properties have setters: for init-only ones the generator would put null in place of their defaults.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuntimeSpec.Spec))]
[JsonSerializable(typeof(RuntimeSpec.Process))]
[JsonSerializable(typeof(RuntimeSpec.Resources))]
[JsonSerializable(typeof(Shim.ShimSpec))]
[JsonSerializable(typeof(Shim.ShimCreated))]
[JsonSerializable(typeof(Shim.ShimExit))]
[JsonSerializable(typeof(Shim.ShimIdentity))]
[JsonSerializable(typeof(Shim.ShimExec))]
[JsonSerializable(typeof(ImageSpec.ImageConfigDocument))]
[JsonSerializable(typeof(ImageSpec.ImageManifest))]
[JsonSerializable(typeof(ImageSpec.ImageIndex))]
[JsonSerializable(typeof(ImageSpec.ImageLayout))]
[JsonSerializable(typeof(IReadOnlyList<ImageSpec.DockerArchiveItem>))]
public sealed partial class OciJson : JsonSerializerContext;
