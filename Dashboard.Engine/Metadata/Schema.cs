using Microsoft.Data.Sqlite;

namespace Dashboard.Engine.Metadata;

/// <summary>Ordered schema steps; <c>PRAGMA user_version</c> counts those that ran. A step, once released, never changes.</summary>
internal static class Schema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE containers (
            id          TEXT PRIMARY KEY,
            name        TEXT NOT NULL UNIQUE,
            image_id    TEXT NOT NULL,
            created     TEXT NOT NULL,
            document    TEXT NOT NULL
        ) STRICT;
        CREATE TABLE images (
            id          TEXT PRIMARY KEY,
            created     TEXT NOT NULL,
            size        INTEGER NOT NULL,
            document    TEXT NOT NULL
        ) STRICT;
        CREATE TABLE image_references (
            reference   TEXT PRIMARY KEY,
            image_id    TEXT NOT NULL REFERENCES images(id)
        ) STRICT;
        CREATE TABLE layers (
            chain_id    TEXT PRIMARY KEY,
            parent      TEXT,
            diff_id     TEXT NOT NULL,
            size        INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE leases (
            network     TEXT NOT NULL,
            address     TEXT NOT NULL,
            container   TEXT NOT NULL,
            PRIMARY KEY (network, address)
        ) STRICT;
        CREATE TABLE events (
            sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
            time_nano   INTEGER NOT NULL,
            document    TEXT NOT NULL
        ) STRICT;
        CREATE INDEX events_time ON events(time_nano);
        """,
        // A container had one place, on the network of its mode.
        """
        CREATE TABLE networks (
            id          TEXT PRIMARY KEY,
            name        TEXT NOT NULL UNIQUE,
            document    TEXT NOT NULL
        ) STRICT;
        UPDATE containers SET document = json_remove(json_set(document, '$.Networks', json_object(
            json_extract(document, '$.HostConfig.NetworkMode'),
            CASE WHEN json_type(document, '$.Endpoint') = 'object'
                THEN json_object('Config', json('{}'), 'Lease', json_extract(document, '$.Endpoint'))
                ELSE json_object('Config', json('{}')) END)), '$.Endpoint');
        """,
        """
        CREATE TABLE volumes (
            name        TEXT PRIMARY KEY,
            removing    INTEGER NOT NULL,
            document    TEXT NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE layer_places (
            diff_id     TEXT NOT NULL,
            repository  TEXT NOT NULL,
            digest      TEXT NOT NULL,
            size        INTEGER NOT NULL,
            media_type  TEXT NOT NULL,
            PRIMARY KEY (diff_id, repository, digest)
        ) STRICT;
        """,
    ];

    public static void Migrate(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        var version = Convert.ToInt32(command.ExecuteScalar());
        if (version > Steps.Length)
            throw new InvalidOperationException($"engine.db has schema {version}, this engine knows {Steps.Length}: it was written by a newer version. Run that version, or move data-root away.");
        for (; version < Steps.Length; version++)
        {
            using var transaction = connection.BeginTransaction();
            command.Transaction = transaction;
            command.CommandText = Steps[version] + $"; PRAGMA user_version = {version + 1};";
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }
}
