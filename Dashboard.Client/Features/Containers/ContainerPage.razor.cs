using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Client.Features.Containers;

/// <summary>One container; the view stands in the URL. Each view is built when it is first opened and fed only while it is shown.</summary>
public sealed partial class ContainerPage
{
    private static readonly (string Name, string Icon, string Label)[] s_tabs =
    [
        ("logs", "logs", "Logs"),
        ("stats", "stats", "Stats"),
        ("terminal", "terminal", "Terminal"),
        ("inspect", "inspect", "Inspect"),
    ];

    private readonly HashSet<string> opened = [];
    private ContainerItem? item;
    private string? busy;
    private string tab = s_tabs[0].Name;

    [Parameter]
    public string Reference { get; set; } = "";

    [Parameter]
    public string? Tab { get; set; }

    [Inject]
    private CurrentConnection Current { get; set; } = default!;

    [Inject]
    private ContainerActions Actions { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private DockerConnection? Connection => Current.Connection;
    private ContainerStore? Store => Connection?.Containers;
    private string Host => new Uri(Navigation.BaseUri).Host;

    protected override void OnInitialized()
    {
        Watch(Actions.Changed);
        if (Store is { } store)
            Watch(store.Changed);
    }

    protected override void OnParametersSet()
    {
        tab = s_tabs.Any(each => each.Name == Tab) ? Tab! : s_tabs[0].Name;
        if (item is not null && !item.Id.StartsWith(Reference, StringComparison.Ordinal) && item.Name != Reference)
            opened.Clear();
        opened.Add(tab);
        Read();
    }

    protected override bool BeforeLiveRender()
    {
        var before = (item, busy, Store?.Failure);
        Read();
        return before != (item, busy, Store?.Failure) || item is null;
    }

    private void Read()
    {
        item = Store?.FindReference(Reference);
        busy = item is null ? null : Actions.BusyWith(item.Id);
    }

    private async Task RemoveAsync()
    {
        if (item is not null && await Actions.RemoveAsync(item))
            Navigation.NavigateTo("containers");
    }
}
