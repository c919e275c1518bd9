using System.Security.Claims;
using Dashboard.Client.Streaming;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Client.Preferences;

/// <summary>The choices of this tab's user. The layout loads them before any page is shown, so that pages only read.</summary>
public sealed class UserPreferences(IPreferenceStore store, AuthenticationStateProvider authentication)
{
    private Task? loading;
    private IReadOnlyDictionary<string, string> stored = Choices.Default.ToStored();

    public Choices Current { get; private set; } = Choices.Default;

    /// <summary>Raised when <see cref="Current"/> is another one.</summary>
    public ChangeSignal Changed { get; } = new();

    /// <summary>Reads them once, however often it is called.</summary>
    public Task LoadAsync() => loading ??= ReadAsync();

    /// <summary>In force at once, durable when it returns.</summary>
    /// <exception cref="System.Data.Common.DbException">They could not be stored; in this tab they hold all the same.</exception>
    public async Task SetAsync(Choices choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        Current = choices;
        Changed.Raise();
        if (await UserAsync() is not { } user)
            return;
        // What could not be stored before is tried again with this.
        foreach (var (key, value) in choices.ToStored().Where(each => stored[each.Key] != each.Value))
        {
            await store.SetAsync(user, key, value);
            stored = new Dictionary<string, string>(stored) { [key] = value };
        }
    }

    private async Task ReadAsync()
    {
        if (await UserAsync() is not { } user)
            return;
        Current = Choices.From(await store.ReadAsync(user));
        stored = Current.ToStored();
        Changed.Raise();
    }

    private async Task<string?> UserAsync() => (await authentication.GetAuthenticationStateAsync()).User.FindFirst(ClaimTypes.NameIdentifier)?.Value;
}
