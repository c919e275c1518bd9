using Dashboard.Engine.Errors;
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
    private readonly DatabaseReserve reserve;

    public EngineDatabase(string path)
    {
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true }.ToString();
        using var connection = Open();
        Schema.Migrate(connection);
        reserve = new DatabaseReserve(Open(), path);
    }

    /// <summary>A connection with our pragmas; the caller disposes it (it goes back to the pool).</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        // The last one to close would delete the log, and with it the room that it is on a full disk.
        SQLitePCL.raw.sqlite3_db_config(connection.Handle, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        using var pragma = connection.CreateCommand();
        pragma.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;";
        pragma.ExecuteNonQuery();
        return connection;
    }

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction; it is durable (against the death of the process) when this returns. On a
    /// full disk it is run a second time.
    /// </summary>
    /// <exception cref="EngineException">No space left on device, or another refusal: nothing was changed.</exception>
    public async Task WriteAsync(Action<SqliteConnection, SqliteTransaction> work, CancellationToken cancellationToken = default)
    {
        await writer.WaitAsync(cancellationToken);
        try
        {
            if (!TryWrite(work))
            {
                reserve.Rewind();
                Write(work);
            }
        }
        catch (SqliteException error)
        {
            throw FullDisk.Explain(error) ?? new EngineException(ErrorKind.System, $"write engine.db: {error.Message}. Nothing was changed", error);
        }
        finally
        {
            writer.Release();
        }
    }

    private bool TryWrite(Action<SqliteConnection, SqliteTransaction> work)
    {
        try
        {
            Write(work);
            return true;
        }
        catch (SqliteException error) when (FullDisk.Explain(error) is not null)
        {
            return false;
        }
    }

    private void Write(Action<SqliteConnection, SqliteTransaction> work)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction();
        work(connection, transaction);
        transaction.Commit();
    }

    public void Dispose()
    {
        reserve.Dispose();
        writer.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(connectionString));
    }
}
