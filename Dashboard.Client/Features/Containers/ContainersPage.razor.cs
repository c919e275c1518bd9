using Dashboard.Client.Components;
using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Dashboard.Client.Preferences;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;

namespace Dashboard.Client.Features.Containers;

/// <summary>All containers of the endpoint, live. Filter and state stand in the URL, so a reload shows the same.</summary>
public sealed partial class ContainersPage
{
    private Virtualize<ContainerItem>? rows;
    private readonly Selection selection = new();
    private IReadOnlyList<ContainerItem> shown = [];
    private IReadOnlyList<ContainerItem>? shownFrom;
    private string query = "";
    private string? only;

    [Inject]
    private CurrentConnection Current { get; set; } = default!;

    [Inject]
    private UserPreferences Preferences { get; set; } = default!;

    [Inject]
    private ContainerActions Actions { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? QueryInUrl { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? StateInUrl { get; set; }

    private DockerConnection? Connection => Current.Connection;
    private ContainerStore? Store => Connection?.Containers;

    // Values change once a second; two renders let a change of state through without waiting for the next reading.
    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    private string Counts => Store is { Loaded: true }
        ? Text["{0} running, {1} in all", Store.Items.Count(item => item.IsRunning), Store.Items.Count]
        : "";

    protected override void OnInitialized()
    {
        query = QueryInUrl ?? "";
        only = StateInUrl is "running" or "stopped" ? StateInUrl : null;
        Watch(Actions.Changed);
        if (Connection is not { } connection)
            return;
        Watch(connection.Containers.Changed);
        if (Shows(ContainerColumns.Cpu) || Shows(ContainerColumns.Memory))
            Watch(connection.Stats.Ticked);
        Filter();
    }

    protected override bool BeforeLiveRender()
    {
        // Only another set of containers makes the list itself ask again; values change inside the rows.
        if (Store is { } store && !ReferenceEquals(store.Items, shownFrom))
            _ = RefreshAsync();
        return true;
    }

    private async Task RefreshAsync()
    {
        var before = shown;
        Filter();
        if (rows is not null && !shown.Select(item => item.Id).SequenceEqual(before.Select(item => item.Id)))
            await rows.RefreshDataAsync();
    }

    private void Filter()
    {
        if (Store is not { } store)
            return;
        shownFrom = store.Items;
        selection.Keep(id => store.Find(id) is not null);
        shown = [.. shownFrom.Where(item => only is null || item.IsRunning == (only == "running")).Where(Matches)];
    }

    private bool Matches(ContainerItem item) =>
        query.Length == 0
        || item.Name.Contains(query, StringComparison.OrdinalIgnoreCase)
        || item.Image.Contains(query, StringComparison.OrdinalIgnoreCase)
        || item.Id.StartsWith(query, StringComparison.OrdinalIgnoreCase);

    private ValueTask<ItemsProviderResult<ContainerItem>> ProvideAsync(ItemsProviderRequest request) =>
        ValueTask.FromResult(new ItemsProviderResult<ContainerItem>(shown.Skip(request.StartIndex).Take(request.Count), shown.Count));

    private bool Shows(ContainerColumns column) => Preferences.Current.Shows(column);

    private IReadOnlyList<ContainerItem> SelectedItems => selection.Count == 0 ? [] : [.. (Store?.Items ?? []).Where(item => selection.Contains(item.Id))];

    private bool AllSelected => selection.Count > 0 && shown.Count > 0 && shown.All(item => selection.Contains(item.Id));

    private void Select(string id, bool range) => selection.Toggle(id, range, [.. shown.Select(item => item.Id)]);

    private void SelectAll() => selection.SetAll(shown.Select(item => item.Id), !AllSelected);

    private void ClearSelection() => selection.Clear();

    private string Pressed(string? state) => only == state ? "true" : "false";

    private Task ShowAsync(string? state)
    {
        only = state;
        return ApplyFilterAsync();
    }

    private Task ClearAsync()
    {
        query = "";
        return ShowAsync(null);
    }

    private async Task ApplyFilterAsync()
    {
        Filter();
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["q"] = query.Length == 0 ? null : query, ["state"] = only }),
            new NavigationOptions { ReplaceHistoryEntry = true });
        if (rows is not null)
            await rows.RefreshDataAsync();
    }
}
