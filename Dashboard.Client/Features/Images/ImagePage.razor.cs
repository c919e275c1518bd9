using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Docker.DotNet.Models;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Client.Features.Images;

/// <summary>One image, by name or id: what it is, what it is made of and who uses it.</summary>
public sealed partial class ImagePage
{
    private ImageLine? line;
    private ImageInspectResponse? details;
    private IReadOnlyList<ImageHistoryResponse> history = [];
    private ImageItem? read;
    private string? failure;

    /// <summary>The rest of the path: names have slashes.</summary>
    [Parameter]
    public string Reference { get; set; } = "";

    [Inject]
    private CurrentConnection Current { get; set; } = default!;

    [Inject]
    private ImageActions Actions { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private ImageStore? Store => Current.Connection?.Images;

    private bool Busy => line is not null && Actions.IsBusy(line.Image.Id);

    protected override void OnInitialized()
    {
        Watch(Actions.Changed);
        if (Current.Connection is not { } connection)
            return;
        Watch(connection.Images.Changed);
        Watch(connection.Containers.Changed);
    }

    protected override Task OnParametersSetAsync() => ReadAsync();

    protected override bool BeforeLiveRender()
    {
        _ = ReadAsync();
        return true;
    }

    private async Task ReadAsync()
    {
        line = Current.Connection is { } connection && connection.Images.FindReference(Reference) is { } item
            ? ImageLine.Of([item], connection.Containers.Items)[0]
            : null;
        if (line is null || ReferenceEquals(line.Image, read))
            return;
        read = line.Image;
        try
        {
            var images = Current.Connection!.Client.Images;
            details = await images.InspectImageAsync(read.Id, CancellationToken.None);
            history = [.. await images.GetImageHistoryAsync(read.Id, CancellationToken.None)];
            failure = null;
        }
        catch (Exception error) when (EngineErrors.IsExpected(error))
        {
            failure = EngineErrors.Text(error);
        }
        StateHasChanged();
    }

    private async Task RemoveAsync()
    {
        if (line is not null && await Actions.RemoveWholeAsync(line))
            Navigation.NavigateTo("images");
    }
}
