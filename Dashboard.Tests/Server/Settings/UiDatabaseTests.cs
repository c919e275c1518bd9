using Dashboard.Client.Preferences;
using Dashboard.Server.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Server.Settings;

public sealed class UiDatabaseTests
{
    [Fact]
    public async Task Preference_Set_SurvivesARestart()
    {
        var root = Directory.CreateTempSubdirectory("dashboard-web-").FullName;
        try
        {
            string user;
            await using (var before = await WebApp.StartAsync(root))
            {
                (await before.SignedInAsync()).Dispose();
                user = await FirstUserAsync(before);
                var store = before.App.Services.GetRequiredService<IPreferenceStore>();
                await store.SetAsync(user, Themes.Key, Themes.Light);
                await store.SetAsync(user, Themes.Key, Themes.Dark);
            }
            await using var after = await WebApp.StartAsync(root);
            var kept = after.App.Services.GetRequiredService<IPreferenceStore>();

            Assert.Equal(Themes.Dark, await kept.GetAsync(user, Themes.Key));
            await kept.SetAsync(user, Themes.Key, null);
            Assert.Null(await kept.GetAsync(user, Themes.Key));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task Preference_TwoTabsAtOnce_BothReturn()
    {
        await using var app = await WebApp.StartAsync();
        (await app.SignedInAsync()).Dispose();
        var user = await FirstUserAsync(app);
        var store = app.App.Services.GetRequiredService<IPreferenceStore>();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.SetAsync(user, "columns", i.ToString())));

        Assert.NotNull(await store.GetAsync(user, "columns"));
    }

    [Fact]
    public async Task Start_AfterADeathInTheMiddleOfMigrating_DoesNotWait()
    {
        var root = Directory.CreateTempSubdirectory("dashboard-web-").FullName;
        try
        {
            await using (var first = await WebApp.StartAsync(root))
            {
                await using var database = await first.App.Services.GetRequiredService<IDbContextFactory<UiDbContext>>().CreateDbContextAsync();
                await database.Database.ExecuteSqlRawAsync("INSERT INTO __EFMigrationsLock (Id, Timestamp) VALUES (1, '2026-01-01')");
            }

            await using var second = await WebApp.StartAsync(root).WaitAsync(TimeSpan.FromSeconds(30));

            Assert.Empty(await FirstUserAsync(second));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task Start_DataRootInUse_SaysWhoAndHow()
    {
        await using var first = await WebApp.StartAsync();

        var error = await Assert.ThrowsAsync<Dashboard.Server.Configuration.OptionException>(() => WebApp.StartAsync(first.DataRoot));

        Assert.Contains(first.DataRoot, error.Message, StringComparison.Ordinal);
        Assert.Contains("--data-root", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_File_IsForRootOnly()
    {
        await using var app = await WebApp.StartAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(app.DataRoot, "ui.db")));
    }

    private static async Task<string> FirstUserAsync(WebApp app)
    {
        await using var database = await app.App.Services.GetRequiredService<IDbContextFactory<UiDbContext>>().CreateDbContextAsync();
        return await database.Users.OrderBy(user => user.Id).Select(user => user.Id).FirstOrDefaultAsync() ?? "";
    }
}
