using System.Text.Json.Serialization;
using Dashboard.Engine.Containers;

namespace Dashboard.Engine.Api.Wire;

/// <summary>Every shape that goes over the wire; use it through <see cref="ApiJson.Options"/>, which adds Go's habits.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(IdResponse))]
[JsonSerializable(typeof(CreateResponse))]
[JsonSerializable(typeof(WaitResponse))]
[JsonSerializable(typeof(TopResponse))]
[JsonSerializable(typeof(ContainersPruned))]
[JsonSerializable(typeof(NetworksPruned))]
[JsonSerializable(typeof(VolumesPruned))]
[JsonSerializable(typeof(VolumeList))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(List<ContainerSummary>))]
[JsonSerializable(typeof(ContainerDetails))]
[JsonSerializable(typeof(ContainerConfig))]
[JsonSerializable(typeof(HostConfig))]
[JsonSerializable(typeof(NetworkingConfig))]
[JsonSerializable(typeof(ExecConfig))]
[JsonSerializable(typeof(ExecStart))]
[JsonSerializable(typeof(ExecDetails))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(List<ImageSummary>))]
[JsonSerializable(typeof(ImageDetails))]
[JsonSerializable(typeof(List<ImageHistoryItem>))]
[JsonSerializable(typeof(List<ImageDeleted>))]
[JsonSerializable(typeof(List<NetworkDetails>))]
[JsonSerializable(typeof(StatsMessage))]
[JsonSerializable(typeof(List<StatsMessage>))]
[JsonSerializable(typeof(VersionMessage))]
[JsonSerializable(typeof(InfoMessage))]
[JsonSerializable(typeof(DiskUsage))]
[JsonSerializable(typeof(DashboardInfo))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
