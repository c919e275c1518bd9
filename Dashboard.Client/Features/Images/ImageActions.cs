using Dashboard.Client.Components;
using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Dashboard.Client.Resources;
using Dashboard.Client.Streaming;
using Docker.DotNet.Models;
using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Dashboard.Client.Features.Images;

/// <summary>What this tab can do with an image. A refused removal stays visible, with who is in the way, until it is closed or another one succeeds.</summary>
public sealed class ImageActions(CurrentConnection current, ISnackbar snackbar, IDialogService dialogs, IStringLocalizer<Text> text)
{
    private readonly HashSet<string> busy = [];

    /// <summary>Raised when an action begins or ends, or the refusal changes.</summary>
    public ChangeSignal Changed { get; } = new();

    public ImageRefusal? Refusal { get; private set; }

    public bool IsBusy(string imageId) => busy.Contains(imageId);

    public void CloseRefusal()
    {
        Refusal = null;
        Changed.Raise();
    }

    /// <summary>Asks for a name and gives it.</summary>
    public async Task TagAsync(ImageItem image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var dialog = await dialogs.ShowAsync<TagDialog>(text["Another name for {0}", image.Name]);
        if (await dialog.Result is not { Canceled: false, Data: string name })
            return;
        var (repository, tag) = ImageReference.Split(name);
        await RunAsync(image, async client =>
        {
            await client.TagImageAsync(image.Id, new ImageTagParameters { RepositoryName = repository, Tag = tag ?? "latest" }, CancellationToken.None);
            return true;
        }, error => Say(image.Name, error));
    }

    /// <summary>Takes one name away; with the last one the image goes. Asks once. True when the image is gone.</summary>
    public Task<bool> RemoveAsync(ImageLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var others = line.Image.Tags.Where(tag => tag != line.Tag).ToList();
        return others.Count > 0
            ? AskAndRemoveAsync(line, [line.Reference], text["Take the name {0} away?", line.Name], text["Only the name goes. The image stays as {0}.", string.Join(", ", others)], text["Nothing else is lost."], text["Untag"], gone: false)
            : AskAndRemoveAsync(line, [line.Reference], text["Remove {0}?", line.Name], Consequence(line), Lost(line.Image), text["Remove image"], gone: true);
    }

    /// <summary>Takes all names away, and so the image. Asks once. True when it is gone.</summary>
    public Task<bool> RemoveWholeAsync(ImageLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var image = line.Image;
        if (image.Tags.Count < 2)
            return RemoveAsync(line);
        // In use, the engine would take name after name away and refuse at the last one: by its id it refuses the whole at once.
        string[] references = line.Users.Count > 0 ? [image.Id] : [.. image.Tags];
        return AskAndRemoveAsync(line, references, text["Remove {0}?", image.ShortId], line.Users.Count > 0 ? Consequence(line) : text["All its names go: {0}.", string.Join(", ", image.Tags)], Lost(image), text["Remove image"], gone: true);
    }

    private string Consequence(ImageLine line) => line.Users.Count > 0
        ? text["Used by {0}. The engine removes an image only when no container uses it.", string.Join(", ", line.Users.Select(user => user.Name))]
        : text["No container uses it. It is its last name: the image is deleted."];

    private string Lost(ImageItem image) => text["Up to {0} of layers are deleted, those that no other image uses. To have it again, load it again.", Format.Bytes(image.Size)];

    private async Task<bool> AskAndRemoveAsync(ImageLine line, string[] references, string title, string message, string lost, string action, bool gone)
    {
        var question = new DialogParameters<ConfirmDialog> { { dialog => dialog.Message, message }, { dialog => dialog.Lost, lost }, { dialog => dialog.Action, action } };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(title, question);
        if (await dialog.Result is null or { Canceled: true })
            return false;
        var removed = await RunAsync(line.Image, async client =>
        {
            foreach (var reference in references)
                await client.DeleteImageAsync(reference, new ImageDeleteParameters(), CancellationToken.None);
            Refusal = null;
            return true;
        }, error => Refusal = new ImageRefusal(line.Name, error, line.Users));
        return removed && gone;
    }

    private async Task<bool> RunAsync(ImageItem image, Func<global::Docker.DotNet.IImageOperations, Task<bool>> action, Action<string> refused)
    {
        if (current.Connection is not { } connection || !busy.Add(image.Id))
            return false;
        Changed.Raise();
        try
        {
            return await action(connection.Client.Images);
        }
        catch (Exception error) when (EngineErrors.IsExpected(error))
        {
            refused(EngineErrors.Text(error));
            return false;
        }
        finally
        {
            busy.Remove(image.Id);
            Changed.Raise();
        }
    }

    private void Say(string name, string error) => snackbar.Add($"{name}: {error}", Severity.Error, options => options.RequireInteraction = true);
}
