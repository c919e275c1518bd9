using Dashboard.Client.Components;
using Dashboard.Client.Docker;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Client.Features.Images;

/// <summary>
/// Uploads of this tab, and the ways to begin one: any button of the page with <c>data-pick</c>, or a tar that is dropped on
/// the page. Loading begins at once; an import asks for a name first.
/// </summary>
public sealed partial class ImageLoader : LiveComponent
{
    private ElementReference root;
    private IJSObjectReference? attached;
    private bool asking;
    private Upload? instead;
    private string? lastImport;

    [Inject]
    private Uploads Uploads { get; set; } = default!;

    private string? Problem => Uploads.ImportName.Length == 0 ? null : ImageReference.Problem(Uploads.ImportName);

    private bool Ready => Uploads.ImportName.Length > 0 && Problem is null;

    /// <summary>Shows the form for a root file system.</summary>
    public void AskToImport()
    {
        (asking, instead) = (true, null);
        StateHasChanged();
    }

    protected override void OnInitialized()
    {
        Watch(Uploads.Changed);
        lastImport = Uploads.Items.FirstOrDefault(upload => upload.ImportAs is not null)?.Id;
    }

    protected override bool BeforeLiveRender()
    {
        _ = Uploads.StopRefusedAsync();
        // The form has done its part when the import that it asked for is on its way.
        if (Uploads.Items is [{ ImportAs: not null } newest, ..] && newest.Id != lastImport)
            (asking, lastImport) = (false, newest.Id);
        return true;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        try
        {
            attached = await Uploads.AttachAsync(root);
        }
        catch (JSDisconnectedException)
        {
            // The page has gone before it was complete.
        }
    }

    protected override async ValueTask DisposeCoreAsync()
    {
        try
        {
            if (attached is null)
                return;
            await attached.InvokeVoidAsync("detach");
            await attached.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page has gone, and its listeners with it.
        }
        finally
        {
            await base.DisposeCoreAsync();
        }
    }

    private void AskToImport(Upload failed) => (asking, instead) = (true, failed);

    private void StopAsking() => asking = false;

    private async Task ImportInsteadAsync(Upload failed)
    {
        asking = false;
        await Uploads.ImportInsteadAsync(failed);
    }

    private string What(Upload upload) => upload.State switch
    {
        UploadState.Sending => Text["{0} of {1}", Format.Bytes(upload.Sent), Format.Bytes(upload.Size)],
        UploadState.Unpacking => Text["{0} sent, the engine unpacks", Format.Bytes(upload.Size)],
        UploadState.Cancelled => Text["Cancelled at {0} of {1}", Format.Bytes(upload.Sent), Format.Bytes(upload.Size)],
        UploadState.Failed => Text["The engine refused it"],
        _ => upload.ImportAs is null ? Text["Loaded"] : Text["Imported"],
    };

    // What is imported is answered by id, but known by the name that was asked for.
    private static string Shown(Upload upload, string loaded) => upload.ImportAs ?? (loaded.StartsWith("sha256:", StringComparison.Ordinal) ? ImageItem.Short(loaded) : loaded);

    private static string Path(Upload upload, string loaded) => Uri.EscapeDataString(loaded.StartsWith("sha256:", StringComparison.Ordinal) ? ImageItem.Short(loaded) : Shown(upload, loaded));
}
