using System.Text.Json;
using Dashboard.Engine.Metadata;

namespace Dashboard.Engine.Containers.State;

/// <summary>The <c>containers</c> table: one document per container.</summary>
internal sealed class ContainerTable(EngineDatabase database)
{
    public IReadOnlyList<Container> Load()
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT document FROM containers ORDER BY created, id";
        using var reader = command.ExecuteReader();
        var containers = new List<Container>();
        while (reader.Read())
        {
            containers.Add(JsonSerializer.Deserialize(reader.GetString(0), ContainerJson.Default.Container)
                ?? throw new InvalidDataException("engine.db holds an empty container document"));
        }
        return containers;
    }

    public Task SaveAsync(Container container) => database.WriteAsync((connection, transaction) =>
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            """
            INSERT INTO containers (id, name, image_id, created, document) VALUES ($id, $name, $image, $created, $document)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, document = excluded.document
            """;
        command.Parameters.AddWithValue("$id", container.Id);
        command.Parameters.AddWithValue("$name", container.Name);
        command.Parameters.AddWithValue("$image", container.ImageId);
        command.Parameters.AddWithValue("$created", container.Created.UtcDateTime.ToString("O"));
        command.Parameters.AddWithValue("$document", JsonSerializer.Serialize(container, ContainerJson.Default.Container));
        command.ExecuteNonQuery();
    });

    public Task DeleteAsync(string id) => database.WriteAsync((connection, transaction) =>
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "DELETE FROM containers WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        command.ExecuteNonQuery();
    });
}
