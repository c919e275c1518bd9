using System.Security.Claims;
using Dashboard.Client;
using Dashboard.Client.Preferences;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Shared;

/// <summary>Preferences of one signed-in user, in memory.</summary>
internal sealed class MemoryPreferences : IPreferenceStore
{
    public const string User = "1";

    public Dictionary<string, string> Values { get; } = [];

    /// <summary>Why nothing can be stored; null: it can.</summary>
    public string? Refusal { get; set; }

    /// <summary>The UI's services with these preferences, for components that are rendered without the server.</summary>
    public static MemoryPreferences AddTo(IServiceCollection services)
    {
        var preferences = new MemoryPreferences();
        services.AddDashboardClient();
        services.AddSingleton<IPreferenceStore>(preferences);
        services.AddScoped<AuthenticationStateProvider, SignedIn>();
        return preferences;
    }

    public Task<string?> GetAsync(string user, string key, CancellationToken cancellationToken = default) => Task.FromResult(Values.GetValueOrDefault(key));

    public Task<IReadOnlyDictionary<string, string>> ReadAsync(string user, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyDictionary<string, string>>(Values);

    public Task SetAsync(string user, string key, string? value, CancellationToken cancellationToken = default)
    {
        if (Refusal is not null) return Task.FromException(new SqliteException(Refusal, 13));
        if (value is null) Values.Remove(key);
        else Values[key] = value;
        return Task.CompletedTask;
    }

    private sealed class SignedIn : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, User)], "test"))));
    }
}
