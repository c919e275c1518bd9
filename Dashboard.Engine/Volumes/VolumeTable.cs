using System.Text.Json;
using Dashboard.Engine.Metadata;

namespace Dashboard.Engine.Volumes;

/// <summary>The <c>volumes</c> table: one document per volume, and whether its removal has begun.</summary>
internal sealed class VolumeTable(EngineDatabase database)
{
    public IReadOnlyList<(Volume Volume, bool Removing)> Load()
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT document, removing FROM volumes ORDER BY name";
        using var reader = command.ExecuteReader();
        var volumes = new List<(Volume, bool)>();
        while (reader.Read())
        {
            var volume = JsonSerializer.Deserialize(reader.GetString(0), VolumeJson.Default.Volume)
                ?? throw new InvalidDataException("engine.db holds an empty volume document");
            volumes.Add((volume, reader.GetInt64(1) != 0));
        }
        return volumes;
    }

    public Task AddAsync(Volume volume) => WriteAsync(
        "INSERT INTO volumes (name, removing, document) VALUES ($name, 0, $document)",
        volume.Name,
        JsonSerializer.Serialize(volume, VolumeJson.Default.Volume));

    /// <summary>From here on its content may be gone: the next start finishes what this process does not.</summary>
    public Task MarkRemovingAsync(string name) => WriteAsync("UPDATE volumes SET removing = 1 WHERE name = $name", name);

    public Task DeleteAsync(string name) => WriteAsync("DELETE FROM volumes WHERE name = $name", name);

    private Task WriteAsync(string sql, string name, string? document = null) => database.WriteAsync((connection, transaction) =>
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("$name", name);
        if (document is not null)
            command.Parameters.AddWithValue("$document", document);
        command.ExecuteNonQuery();
    });
}
