using Dashboard.Client.Components;
using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Dashboard.Client.Resources;
using Dashboard.Client.Streaming;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Dashboard.Client.Features.Containers;

/// <summary>
/// What this tab can do with a container. One action at a time per container; its row says what is going on, a refusal is
/// shown in the engine's own words, and the new state comes by the engine's events like anybody else's.
/// </summary>
public sealed class ContainerActions(CurrentConnection current, ISnackbar snackbar, IDialogService dialogs, IStringLocalizer<Text> text)
{
    private readonly Dictionary<string, string> busy = [];

    /// <summary>Raised when an action begins or ends.</summary>
    public ChangeSignal Changed { get; } = new();

    public string? BusyWith(string id) => busy.GetValueOrDefault(id);

    public Task StartAsync(ContainerItem item) =>
        RunAsync(item, text["Starting"], client => client.StartContainerAsync(item.Id, new ContainerStartParameters()));

    public Task StopAsync(ContainerItem item) =>
        RunAsync(item, text["Stopping"], client => client.StopContainerAsync(item.Id, new ContainerStopParameters()));

    public Task RestartAsync(ContainerItem item) =>
        RunAsync(item, text["Restarting"], client => client.RestartContainerAsync(item.Id, new ContainerRestartParameters()));

    public Task KillAsync(ContainerItem item) =>
        RunAsync(item, text["Killing"], client => client.KillContainerAsync(item.Id, new ContainerKillParameters()));

    public Task PauseAsync(ContainerItem item) =>
        RunAsync(item, text["Pausing"], client => client.PauseContainerAsync(item.Id));

    public Task UnpauseAsync(ContainerItem item) =>
        RunAsync(item, text["Continuing"], client => client.UnpauseContainerAsync(item.Id));

    /// <summary>Asks once, and says what is lost. True when the container is gone.</summary>
    public async Task<bool> RemoveAsync(ContainerItem item)
    {
        var running = item.IsRunning || item.Condition == ContainerCondition.Paused;
        var question = new DialogParameters<ConfirmDialog>
        {
            { dialog => dialog.Message, running ? text["It is running: it will be killed."] : text["It is not running."] },
            { dialog => dialog.Lost, text["Its log and every file that it wrote outside of volumes are lost. The image {0} stays.", item.Image] },
            { dialog => dialog.Action, running ? text["Kill and remove"] : text["Remove"] },
        };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(text["Remove {0}?", item.Name], question);
        if (await dialog.Result is null or { Canceled: true })
            return false;
        return await RunAsync(item, text["Removing"], client => client.RemoveContainerAsync(item.Id, new ContainerRemoveParameters { Force = running, RemoveVolumes = true }));
    }

    /// <summary>Does it, and says nothing. Null when it is done, else why it is not, in the engine's words where it spoke.</summary>
    internal async Task<string?> TryAsync(ContainerItem item, string doing, Func<IContainerOperations, Task> action)
    {
        if (current.Connection is not { } connection)
            return current.WhyNone ?? text["No engine"];
        if (!busy.TryAdd(item.Id, doing))
            return text["Busy: {0}", busy[item.Id]];
        Changed.Raise();
        try
        {
            await action(connection.Client.Containers);
            return null;
        }
        catch (Exception error) when (EngineErrors.IsExpected(error))
        {
            return EngineErrors.Text(error);
        }
        finally
        {
            busy.Remove(item.Id);
            Changed.Raise();
        }
    }

    private async Task<bool> RunAsync(ContainerItem item, string doing, Func<IContainerOperations, Task> action)
    {
        // A second click while the first one works says nothing new.
        if (busy.ContainsKey(item.Id))
            return false;
        if (await TryAsync(item, doing, action) is not { } error)
            return true;
        snackbar.Add($"{item.Name}: {error}", Severity.Error, options => options.RequireInteraction = true);
        return false;
    }
}
