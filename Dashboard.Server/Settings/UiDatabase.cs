using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Server.Settings;

/// <summary>Brings data-root/ui.db to the newest schema before anything reads it.</summary>
internal static class UiDatabase
{
    public static void Configure(DbContextOptionsBuilder options, string dataRoot) =>
        options.UseSqlite(new SqliteConnectionStringBuilder { DataSource = PathIn(dataRoot), ForeignKeys = true, DefaultTimeout = 10 }.ToString());

    public static string PathIn(string dataRoot) => Path.Combine(dataRoot, "ui.db");

    public static async Task MigrateAsync(UiDbContext database, string dataRoot, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(dataRoot);
        await database.Database.OpenConnectionAsync(cancellationToken);
        await database.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
        // Asked first, since both steps write even where nothing is to be done, and a full disk is no reason not to start.
        if ((await database.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            await ReleaseMigrationLockAsync(database, cancellationToken);
            await database.Database.MigrateAsync(cancellationToken);
        }
        // It holds password hashes.
        File.SetUnixFileMode(PathIn(dataRoot), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    // A process that died while it migrated leaves its lock row, and MigrateAsync would wait for it for ever. The instance's
    // own lock on data-root says that no other process can be migrating now.
    private static async Task ReleaseMigrationLockAsync(UiDbContext database, CancellationToken cancellationToken)
    {
        var connection = database.Database.GetDbConnection();
        if (connection.State != ConnectionState.Open)
            await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if ((long)(await command.ExecuteScalarAsync(cancellationToken) ?? 0L) == 0)
            return;
        command.CommandText = "DELETE FROM __EFMigrationsLock";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
