using Microsoft.Data.Sqlite;

namespace Dashboard.Engine.Metadata;

/// <summary>
/// Room for state changes on a disk that is full: free pages inside the database, and a write-ahead log of some length that
/// SQLite overwrites from its start after each checkpoint (sqlite.org/wal.html). So containers can be stopped, and removed to
/// make space, when nothing else can be written. The log stays when the database is closed.
/// </summary>
internal sealed class DatabaseReserve : IDisposable
{
    private const int Bytes = 1 << 20;
    private readonly SqliteConnection connection;

    public DatabaseReserve(SqliteConnection connection, string path)
    {
        this.connection = connection;
        try
        {
            Take(path);
        }
        catch (SqliteException)
        {
            // Full already: then without, until the next start.
        }
    }

    /// <summary>Moves what the log holds into the database, so that the next write overwrites the log.</summary>
    public void Rewind() => Execute("PRAGMA wal_checkpoint(PASSIVE)");

    private void Take(string path)
    {
        var pages = Number("PRAGMA page_size") is var size and > 0 ? Bytes / size : 0;
        if (Number("PRAGMA freelist_count") >= pages && new FileInfo(path + "-wal") is { Exists: true, Length: >= Bytes })
            return;
        // Written and dropped in two transactions: pages that are freed in the one that made them never reach the disk.
        Execute("DROP TABLE IF EXISTS reserve; CREATE TABLE reserve (filler BLOB)");
        Execute($"INSERT INTO reserve VALUES (zeroblob({Bytes + Bytes / 8}))");
        Rewind();
        Execute("DROP TABLE reserve");
        Rewind();
    }

    private long Number(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        // The database file is whole by itself then, for whoever copies it.
        Rewind();
        connection.Dispose();
    }
}
