using Dashboard.Engine.Metadata;
using Microsoft.Data.Sqlite;

namespace Dashboard.Engine.Images.Registry;

/// <summary>Where a layer is known to lie, and in which form.</summary>
/// <param name="Repository">The full name: <c>docker.io/library/debian</c>.</param>
/// <param name="Size">Bytes of the blob.</param>
internal sealed record LayerPlace(string DiffId, string Repository, string Digest, long Size, string MediaType);

/// <summary>
/// Remembers which repositories have which layers, from pulls and pushes: so a push need not pack a layer again to know its digest, and
/// can have it mounted from a neighbour. What it says is a hint, checked each time.
/// </summary>
internal sealed class LayerPlaces(EngineDatabase database)
{
    /// <summary>Per layer.</summary>
    private const int PlacesMax = 50;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<LayerPlace> Of(string diffId)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT repository, digest, size, media_type FROM layer_places WHERE diff_id = $diff ORDER BY rowid DESC";
        command.Parameters.AddWithValue("$diff", diffId);
        using var reader = command.ExecuteReader();
        var places = new List<LayerPlace>();
        while (reader.Read())
            places.Add(new LayerPlace(diffId, reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3)));
        return places;
    }

    public Task AddAsync(IReadOnlyList<LayerPlace> places) => places.Count == 0 ? Task.CompletedTask : database.WriteAsync((connection, transaction) =>
    {
        foreach (var place in places)
            Add(connection, transaction, place);
        using var forget = connection.CreateCommand();
        forget.Transaction = transaction;
        forget.CommandText = "DELETE FROM layer_places WHERE diff_id NOT IN (SELECT diff_id FROM layers)";
        forget.ExecuteNonQuery();
    });

    private static void Add(SqliteConnection connection, SqliteTransaction transaction, LayerPlace place)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"""
            INSERT OR REPLACE INTO layer_places (diff_id, repository, digest, size, media_type) VALUES ($diff, $repository, $digest, $size, $type);
            DELETE FROM layer_places WHERE diff_id = $diff AND rowid NOT IN (SELECT rowid FROM layer_places WHERE diff_id = $diff ORDER BY rowid DESC LIMIT {PlacesMax});
            """;
        command.Parameters.AddWithValue("$diff", place.DiffId);
        command.Parameters.AddWithValue("$repository", place.Repository);
        command.Parameters.AddWithValue("$digest", place.Digest);
        command.Parameters.AddWithValue("$size", place.Size);
        command.Parameters.AddWithValue("$type", place.MediaType);
        command.ExecuteNonQuery();
    }
}
