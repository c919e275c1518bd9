using System.Text.Json.Serialization;

namespace Dashboard.Engine.Containers.Health;

/// <summary>How a health check is written in an image's configuration.</summary>
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(HealthConfig))]
internal sealed partial class HealthJson : JsonSerializerContext;
