using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Metadata;

namespace Dashboard.Engine.Networking;

/// <summary>The <c>networks</c> table: one document per network that a user made.</summary>
internal sealed class NetworkTable(EngineDatabase database)
{
    public IReadOnlyList<Network> Load()
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT document FROM networks ORDER BY rowid";
        using var reader = command.ExecuteReader();
        var networks = new List<Network>();
        while (reader.Read())
        {
            networks.Add(JsonSerializer.Deserialize(reader.GetString(0), NetworkJson.Default.Network)
                ?? throw new InvalidDataException("engine.db holds an empty network document"));
        }
        return networks;
    }

    public Task SaveAsync(Network network, CancellationToken cancellationToken) => database.WriteAsync((connection, transaction) =>
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO networks (id, name, document) VALUES ($id, $name, $document)";
        command.Parameters.AddWithValue("$id", network.Id);
        command.Parameters.AddWithValue("$name", network.Name);
        command.Parameters.AddWithValue("$document", JsonSerializer.Serialize(network, NetworkJson.Default.Network));
        command.ExecuteNonQuery();
    }, cancellationToken);

    public Task DeleteAsync(string id, CancellationToken cancellationToken) => database.WriteAsync((connection, transaction) =>
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "DELETE FROM networks WHERE id = $id; DELETE FROM leases WHERE network = $id";
        command.Parameters.AddWithValue("$id", id);
        command.ExecuteNonQuery();
    }, cancellationToken);
}

/// <summary>How a network is written in the database.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(IPAddressJsonConverter), typeof(IPNetworkJsonConverter)])]
[JsonSerializable(typeof(Network))]
internal sealed partial class NetworkJson : JsonSerializerContext;

internal sealed class IPNetworkJsonConverter : JsonConverter<IPNetwork>
{
    public override IPNetwork Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IPNetwork.Parse(reader.GetString() ?? throw new JsonException("a subnet is a string"));

    public override void Write(Utf8JsonWriter writer, IPNetwork value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
