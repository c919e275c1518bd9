using Dashboard.Client.Preferences;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Server.Settings;

/// <summary>Preferences in the UI's database. A context per call: a circuit lives for hours and its calls overlap.</summary>
internal sealed class PreferenceStore(IDbContextFactory<UiDbContext> contexts) : IPreferenceStore
{
    public async Task<string?> GetAsync(string user, string key, CancellationToken cancellationToken = default)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Preferences.AsNoTracking().Where(each => each.UserId == user && each.Key == key).Select(each => each.Value).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(string user, CancellationToken cancellationToken = default)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Preferences.AsNoTracking().Where(each => each.UserId == user).ToDictionaryAsync(each => each.Key, each => each.Value, cancellationToken);
    }

    public async Task SetAsync(string user, string key, string? value, CancellationToken cancellationToken = default)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        // One statement: two tabs that save at once must not collide.
        if (value is null)
            await database.Preferences.Where(each => each.UserId == user && each.Key == key).ExecuteDeleteAsync(cancellationToken);
        else
            await database.Database.ExecuteSqlAsync($"INSERT INTO Preferences (UserId, Key, Value) VALUES ({user}, {key}, {value}) ON CONFLICT (UserId, Key) DO UPDATE SET Value = excluded.Value", cancellationToken);
    }
}
