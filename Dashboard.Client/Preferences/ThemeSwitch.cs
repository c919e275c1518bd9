using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace Dashboard.Client.Preferences;

/// <summary>The theme of this tab's user: shown at once, kept by the server.</summary>
public sealed class ThemeSwitch(IPreferenceStore store, AuthenticationStateProvider authentication, IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? module;

    public string Current { get; private set; } = Themes.Auto;

    /// <summary>The key of the name to show.</summary>
    public string Name => Current switch
    {
        Themes.Dark => "Dark",
        Themes.Light => "Light",
        Themes.Contrast => "High contrast",
        _ => "As the system",
    };

    public async Task LoadAsync()
    {
        if (await UserAsync() is { } user)
            Current = Themes.Parse(await store.GetAsync(user, Themes.Key));
    }

    public async Task SetAsync(string theme)
    {
        Current = Themes.Parse(theme);
        module ??= await js.InvokeAsync<IJSObjectReference>("import", "./_content/Dashboard.Client/theme.js");
        await module.InvokeVoidAsync("show", Current);
        if (await UserAsync() is { } user)
            await store.SetAsync(user, Themes.Key, Current);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (module is not null)
                await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page went first, and its modules with it.
        }
    }

    private async Task<string?> UserAsync() => (await authentication.GetAuthenticationStateAsync()).User.FindFirst(ClaimTypes.NameIdentifier)?.Value;
}
