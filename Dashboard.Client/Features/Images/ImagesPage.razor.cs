using Dashboard.Client.Components;
using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;

namespace Dashboard.Client.Features.Images;

/// <summary>All images of the endpoint by name, live. Filter and choice stand in the URL, so a reload shows the same.</summary>
public sealed partial class ImagesPage
{
    private static readonly string[] s_choices = ["used", "unused", "dangling"];
    private Virtualize<ImageLine>? rows;
    private ImageLoader? loader;
    private Dictionary<string, ImageLine> lines = [];
    private IReadOnlyList<ImageLine> shown = [];
    private (IReadOnlyList<ImageItem>? Images, IReadOnlyList<ContainerItem>? Containers) shownFrom;
    private string query = "";
    private string? only;

    [Inject]
    private CurrentConnection Current { get; set; } = default!;

    [Inject]
    private ImageActions Actions { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? QueryInUrl { get; set; }

    [SupplyParameterFromQuery(Name = "show")]
    private string? ShowInUrl { get; set; }

    private ImageStore? Store => Current.Connection?.Images;

    private string Counts => Store switch
    {
        { Loaded: true, Items: [var only] } => Text["1 image, {0}", Format.Bytes(only.Size)],
        { Loaded: true } store => Text["{0} images, {1}", Format.Count(store.Items.Count), Format.Bytes(store.Items.Sum(item => item.Size))],
        _ => "",
    };

    protected override void OnInitialized()
    {
        query = QueryInUrl ?? "";
        only = s_choices.Contains(ShowInUrl) ? ShowInUrl : null;
        Watch(Actions.Changed);
        if (Current.Connection is not { } connection)
            return;
        Watch(connection.Images.Changed);
        Watch(connection.Containers.Changed);
        Filter();
    }

    protected override bool BeforeLiveRender()
    {
        // Only another set of lines makes the list itself ask again; values change inside the rows.
        if (Current.Connection is { } connection && shownFrom != (connection.Images.Items, connection.Containers.Items))
            _ = RefreshAsync();
        return true;
    }

    private async Task RefreshAsync()
    {
        var before = shown;
        Filter();
        if (rows is not null && !shown.Select(line => line.Key).SequenceEqual(before.Select(line => line.Key)))
            await rows.RefreshDataAsync();
    }

    private void Filter()
    {
        if (Current.Connection is not { } connection)
            return;
        shownFrom = (connection.Images.Items, connection.Containers.Items);
        var all = ImageLine.Of(shownFrom.Images!, shownFrom.Containers!);
        lines = all.ToDictionary(line => line.Key);
        shown = [.. all.Where(IsChosen).Where(Matches)];
    }

    private bool IsChosen(ImageLine line) => only switch
    {
        "used" => line.Users.Count > 0,
        "unused" => line.Users.Count == 0,
        "dangling" => line.Tag is null,
        _ => true,
    };

    private bool Matches(ImageLine line) =>
        query.Length == 0
        || line.Name.Contains(query, StringComparison.OrdinalIgnoreCase)
        || line.Image.ShortId.StartsWith(query, StringComparison.OrdinalIgnoreCase)
        || line.Image.Id.StartsWith(query, StringComparison.OrdinalIgnoreCase);

    private ValueTask<ItemsProviderResult<ImageLine>> ProvideAsync(ItemsProviderRequest request) =>
        ValueTask.FromResult(new ItemsProviderResult<ImageLine>(shown.Skip(request.StartIndex).Take(request.Count), shown.Count));

    private string Pressed(string? choice) => only == choice ? "true" : "false";

    private Task ShowAsync(string? choice)
    {
        only = choice;
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
            Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["q"] = query.Length == 0 ? null : query, ["show"] = only }),
            new NavigationOptions { ReplaceHistoryEntry = true });
        if (rows is not null)
            await rows.RefreshDataAsync();
    }
}
