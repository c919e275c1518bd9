using System.Text.Json.Serialization;

namespace Dashboard.Engine.Containers.Create;

[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class LogJson : JsonSerializerContext;
