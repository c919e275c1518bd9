using System.Text.Json.Serialization;

namespace Dashboard.Engine.Volumes;

/// <summary>How a volume is written in the database.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Volume))]
internal sealed partial class VolumeJson : JsonSerializerContext;
