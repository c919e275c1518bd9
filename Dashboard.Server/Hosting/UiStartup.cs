using Dashboard.Server.Configuration;
using Dashboard.Server.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Server.Hosting;

/// <summary>Before the web app listens: takes the sole right to the UI's database and brings it to the newest schema.</summary>
internal sealed class UiStartup(DashboardOptions options, IDbContextFactory<UiDbContext> contexts) : IHostedService, IDisposable
{
    private FileStream? held;

    /// <exception cref="OptionException">Another instance holds the data-root, or it cannot be written.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(options.DataRoot);
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Linux.
            held = new FileStream(Path.Combine(options.DataRoot, "ui.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"{options.DataRoot} cannot be used: {error.Message} Stop the instance that uses it, or choose another place with --data-root");
        }
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        try
        {
            await UiDatabase.MigrateAsync(database, options.DataRoot, cancellationToken);
        }
        catch (SqliteException error)
        {
            throw new OptionException($"{UiDatabase.PathIn(options.DataRoot)} cannot be opened or brought to this version: {error.Message} Make room on its file system, or choose another place with --data-root");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => held?.Dispose();
}
