using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Dashboard.Client.Resources;
using Dashboard.Client.Streaming;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace Dashboard.Client.Features.Images;

/// <summary>
/// The uploads of this tab; they go on while its user looks at other pages. The bytes go from the script to the server's own
/// endpoint; here arrive only numbers and answers.
/// </summary>
public sealed class Uploads(IJSRuntime js, CurrentConnection current, UploadAnswers answers, IStringLocalizer<Text> text) : IAsyncDisposable
{
    private const string ModulePath = "./_content/Dashboard.Client/Features/Images/ImageLoader.razor.js";
    private static readonly JsonSerializerOptions s_web = new(JsonSerializerDefaults.Web);
    private readonly Lock gate = new();
    private readonly ConcurrentQueue<string> refused = new();
    private IReadOnlyList<Upload> items = [];
    private IJSObjectReference? module;
    private DotNetObjectReference<Uploads>? self;

    /// <summary>Raised when an upload began, moved on or ended.</summary>
    public ChangeSignal Changed { get; } = new();

    /// <summary>The newest first. The list is replaced, never modified.</summary>
    public IReadOnlyList<Upload> Items => items;

    /// <summary>The name for the root file system that is chosen next.</summary>
    public string ImportName { get; set; } = "";

    /// <summary>Lets the page's file input, its buttons and what is dropped on it begin uploads. Dispose the result to stop that.</summary>
    public async Task<IJSObjectReference> AttachAsync(ElementReference root)
    {
        self ??= DotNetObjectReference.Create(this);
        module ??= await js.InvokeAsync<IJSObjectReference>("import", ModulePath);
        return await module.InvokeAsync<IJSObjectReference>("attach", root, self);
    }

    [JSInvokable]
    public Task ChosenAsync(int file, string name, long size, bool import) => StartAsync(file, name, size, import ? ImportName : null);

    /// <summary>Sends the same file again, as a root file system with the name <see cref="ImportName"/>.</summary>
    public async Task ImportInsteadAsync(Upload failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        Remove(failed.Id);
        await StartAsync(failed.File, failed.FileName, failed.Size, ImportName);
    }

    [JSInvokable]
    public Task SentAsync(string id, long bytes)
    {
        Change(id, upload => upload.IsRunning ? upload with { Sent = bytes, State = bytes >= upload.Size ? UploadState.Unpacking : UploadState.Sending } : upload);
        return Task.CompletedTask;
    }

    /// <summary>The request has ended: with an HTTP status, or with 0 when the way to the server broke.</summary>
    [JSInvokable]
    public Task EndedAsync(string id, int status, string body)
    {
        answers.Forget(id);
        var answer = status == 0 ? UploadAnswer.Failed(text["The connection to the server broke."]) : Parse(body) ?? UploadAnswer.Failed($"HTTP {status}");
        Change(id, upload => upload.IsRunning ? upload.With(answer) : upload);
        return Task.CompletedTask;
    }

    public async Task CancelAsync(Upload upload)
    {
        ArgumentNullException.ThrowIfNull(upload);
        answers.Forget(upload.Id);
        Change(upload.Id, each => each.IsRunning ? each with { State = UploadState.Cancelled } : each);
        await AbortAsync(upload.Id);
    }

    /// <summary>Forgets one that has ended.</summary>
    public async Task CloseAsync(Upload upload)
    {
        ArgumentNullException.ThrowIfNull(upload);
        Remove(upload.Id);
        if (module is not null)
            await module.InvokeVoidAsync("forget", upload.File);
    }

    /// <summary>Stops the requests whose answer is known already.</summary>
    public async Task StopRefusedAsync()
    {
        while (refused.TryDequeue(out var id))
            await AbortAsync(id);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var upload in items)
            answers.Forget(upload.Id);
        self?.Dispose();
        try
        {
            if (module is not null)
                await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page has gone, and its script with it.
        }
    }

    private async Task StartAsync(int file, string name, long size, string? importAs)
    {
        if (current.Connection is not { } connection || module is null || self is null)
            return;
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        lock (gate)
            items = [new Upload { Id = id, File = file, FileName = name, Size = size, ImportAs = importAs }, .. items];
        answers.Expect(id, answer => TakeEarly(id, answer));
        Changed.Raise();
        await module.InvokeVoidAsync("send", file, id, Address(connection.Endpoint.Id, importAs, id), self);
    }

    private static string Address(string endpoint, string? importAs, string id)
    {
        var path = $"images/{Uri.EscapeDataString(endpoint)}";
        if (importAs is null)
            return $"{path}/load?upload={id}";
        var (repository, tag) = ImageReference.Split(importAs);
        return $"{path}/import?upload={id}&repo={Uri.EscapeDataString(repository)}&tag={Uri.EscapeDataString(tag ?? "latest")}";
    }

    // The rest of the file is of no use to anybody: whoever shows the upload stops it (StopRefusedAsync), on its own circuit.
    private void TakeEarly(string id, UploadAnswer answer)
    {
        if (answer.Error is not null)
            refused.Enqueue(id);
        Change(id, upload => upload.IsRunning ? upload.With(answer) : upload);
    }

    private async Task AbortAsync(string id)
    {
        if (module is not null)
            await module.InvokeVoidAsync("abort", id);
    }

    private void Change(string id, Func<Upload, Upload> change)
    {
        lock (gate)
            items = [.. items.Select(upload => upload.Id == id ? change(upload) : upload)];
        Changed.Raise();
    }

    private void Remove(string id)
    {
        lock (gate)
            items = [.. items.Where(upload => upload.Id != id)];
        Changed.Raise();
    }

    private static UploadAnswer? Parse(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<UploadAnswer>(body, s_web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
