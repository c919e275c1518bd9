using Microsoft.Data.Sqlite;

namespace Dashboard.Engine.Metadata;

/// <summary>
/// The engine's one SQLite database (<c>data-root/engine.db</c>, WAL). Reads open a pooled connection of their own;
/// writes are serialised by <see cref="WriteAsync"/> in one transaction each, so a crash leaves the old or the new state.
/// </summary>
public sealed class EngineDatabase : IDisposable
{
    private readonly string connectionString;
    private readonly SemaphoreSlim writer = new(1, 1);

    public EngineDatabase(string path)
    {
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true }.ToString();
        using var connection = Open();
        Schema.Migrate(connection);
    }

    /// <summary>A connection with our pragmas; the caller disposes it (it goes back to the pool).</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var pragma = connection.CreateCommand();
        pragma.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;";
        pragma.ExecuteNonQuery();
        return connection;
    }

    /// <summary>Runs <paramref name="work"/> in one transaction; it is durable (against the death of the process) when this returns.</summary>
    public async Task WriteAsync(Action<SqliteConnection, SqliteTransaction> work, CancellationToken cancellationToken = default)
    {
        await writer.WaitAsync(cancellationToken);
        try
        {
            using var connection = Open();
            using var transaction = connection.BeginTransaction();
            work(connection, transaction);
            transaction.Commit();
        }
        finally
        {
            writer.Release();
        }
    }

    public void Dispose()
    {
        writer.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(connectionString));
    }
}
