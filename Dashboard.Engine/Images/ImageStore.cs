using System.Text.Json;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Metadata;
using Dashboard.Oci;
using Microsoft.Data.Sqlite;

namespace Dashboard.Engine.Images;

/// <summary>The images in the database, and their index in memory. Writers hold the service's lock; readers take <see cref="Index"/>.</summary>
internal sealed class ImageStore(EngineDatabase database)
{
    private volatile ImageIndex index = new([], new Dictionary<string, string>());

    public ImageIndex Index => index;

    /// <summary>Reads everything; returns the ids of images whose config blob is missing or damaged.</summary>
    public IReadOnlyList<string> Load(ContentStore content)
    {
        var images = new List<StoredImage>();
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        var damaged = new List<string>();
        using var connection = database.Open();
        foreach (var (id, document) in Rows(connection, "SELECT id, document FROM images"))
        {
            try
            {
                images.Add(Create(id, content.ReadAll(Digest.Parse(id)), JsonSerializer.Deserialize(document, ImageRecordJson.Default.ImageRecord)!));
            }
            catch (Exception error) when (error is IOException or InvalidDataException or JsonException or Errors.EngineException)
            {
                damaged.Add(id);
            }
        }
        foreach (var (reference, id) in Rows(connection, "SELECT reference, image_id FROM image_references"))
        {
            if (!damaged.Contains(id))
                references[reference] = id;
        }
        index = new ImageIndex(images, references);
        return damaged;
    }

    /// <summary>Of all rows, also of images that could not be read.</summary>
    public IReadOnlySet<string> KnownChainIds()
    {
        using var connection = database.Open();
        return Rows(connection, "SELECT chain_id, diff_id FROM layers").Select(row => row.Item1).ToHashSet(StringComparer.Ordinal);
    }

    public static StoredImage Create(string id, ReadOnlySpan<byte> config, ImageRecord record)
    {
        var document = ImageConfigReader.Parse(config);
        return new StoredImage
        {
            Record = record,
            Image = new Image
            {
                Id = id,
                RepoTags = [],
                Created = document.Created ?? default,
                Size = record.Layers.Sum(layer => layer.Size),
                DiffIds = document.Rootfs.DiffIds,
                Config = document,
            },
        };
    }

    /// <summary>One transaction: images put, images deleted, names set (null takes one away); then the index follows.</summary>
    public async Task WriteAsync(IReadOnlyList<StoredImage> put, IReadOnlyList<string> delete, IReadOnlyDictionary<string, string?> names)
    {
        var images = index.All.ToDictionary(image => image.Id, StringComparer.Ordinal);
        var references = new Dictionary<string, string>(index.References, StringComparer.Ordinal);
        foreach (var image in put)
            images[image.Id] = image;
        foreach (var id in delete)
            images.Remove(id);
        foreach (var (reference, id) in names)
        {
            if (id is null)
                references.Remove(reference);
            else
                references[reference] = id;
        }
        var next = new ImageIndex(images.Values, references);
        var before = index;
        // Not cancelled half way: what was decided is written.
        await database.WriteAsync((connection, transaction) =>
        {
            foreach (var image in put)
                PutImage(connection, transaction, image);
            foreach (var (reference, id) in names)
                PutReference(connection, transaction, reference, id);
            foreach (var id in delete)
                Execute(connection, transaction, "DELETE FROM images WHERE id = $id", ("$id", id));
            WriteLayers(connection, transaction, before, next);
        });
        index = next;
    }

    private static void PutImage(SqliteConnection connection, SqliteTransaction transaction, StoredImage image) =>
        Execute(connection, transaction,
            """
            INSERT INTO images (id, created, size, document) VALUES ($id, $created, $size, $document)
            ON CONFLICT (id) DO UPDATE SET document = excluded.document
            """,
            ("$id", image.Id), ("$created", image.Image.Created.ToString("O")), ("$size", image.Image.Size),
            ("$document", JsonSerializer.Serialize(image.Record, ImageRecordJson.Default.ImageRecord)));

    private static void PutReference(SqliteConnection connection, SqliteTransaction transaction, string reference, string? imageId)
    {
        if (imageId is null)
            Execute(connection, transaction, "DELETE FROM image_references WHERE reference = $reference", ("$reference", reference));
        else
            Execute(connection, transaction,
                "INSERT INTO image_references (reference, image_id) VALUES ($reference, $id) ON CONFLICT (reference) DO UPDATE SET image_id = excluded.image_id",
                ("$reference", reference), ("$id", imageId));
    }

    private static void WriteLayers(SqliteConnection connection, SqliteTransaction transaction, ImageIndex before, ImageIndex after)
    {
        foreach (var image in after.All)
        {
            string? parent = null;
            foreach (var layer in image.Record.Layers)
            {
                if (before.Layer(layer.ChainId) is null)
                    Execute(connection, transaction,
                        "INSERT INTO layers (chain_id, parent, diff_id, size) VALUES ($chain, $parent, $diff, $size) ON CONFLICT (chain_id) DO NOTHING",
                        ("$chain", layer.ChainId), ("$parent", (object?)parent ?? DBNull.Value), ("$diff", layer.DiffId), ("$size", layer.Size));
                parent = layer.ChainId;
            }
        }
        foreach (var layer in before.All.SelectMany(image => image.Record.Layers))
        {
            if (after.Layer(layer.ChainId) is null)
                Execute(connection, transaction, "DELETE FROM layers WHERE chain_id = $chain", ("$chain", layer.ChainId));
        }
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }

    private static IEnumerable<(string, string)> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return (reader.GetString(0), reader.GetString(1));
    }
}
