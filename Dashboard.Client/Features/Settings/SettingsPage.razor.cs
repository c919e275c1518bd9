using System.Data.Common;
using Dashboard.Client.Preferences;
using Microsoft.JSInterop;

namespace Dashboard.Client.Features.Settings;

/// <summary>Everything that a user can choose. Each change is in force and stored at once; there is nothing to press afterwards.</summary>
public sealed partial class SettingsPage
{
    private string? note;
    private string? failure;

    private Choices Choices => Preferences.Current;

    private (ContainerColumns Column, string Name, string Label)[] Columns =>
    [
        (ContainerColumns.State, "state", Text["State"]),
        (ContainerColumns.Image, "image", Text["Image"]),
        (ContainerColumns.Ports, "ports", Text["Ports"]),
        (ContainerColumns.Cpu, "cpu", Text["CPU"]),
        (ContainerColumns.Memory, "memory", Text["Memory"]),
        (ContainerColumns.Status, "status", Text["Status"]),
    ];

    protected override TimeSpan Interval => TimeSpan.Zero;

    protected override void OnInitialized() => Watch(Preferences.Changed);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || !Navigation.Uri.Contains('#', StringComparison.Ordinal))
            return;
        try
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "./_content/Dashboard.Client/page.js");
            await module.InvokeVoidAsync("reveal");
        }
        catch (JSDisconnectedException)
        {
            // The page has gone before it was complete.
        }
    }

    private async Task<bool> SaveAsync(Choices choices)
    {
        note = null;
        try
        {
            await Preferences.SetAsync(choices);
            failure = null;
            note = Text["Saved"];
            return true;
        }
        catch (DbException error)
        {
            failure = error.Message;
            return false;
        }
    }

    // A circuit keeps the language of its request, and the request's comes from a cookie that only a response can set.
    private async Task SetLanguageAsync(string language)
    {
        if (await SaveAsync(Choices with { Language = language }))
            Navigation.NavigateTo($"account/language?returnUrl={Uri.EscapeDataString("/settings#language")}", forceLoad: true);
    }
}
