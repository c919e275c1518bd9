using Dashboard.Client.Components;
using Dashboard.Client.Docker;
using Dashboard.Client.Resources;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Localization;
using MudBlazor;

namespace Dashboard.Client.Features.Containers;

/// <summary>One action on many containers, some at a time; a container that an action does not fit is left out.</summary>
public sealed class BulkActions(ContainerActions actions, IDialogService dialogs, IStringLocalizer<Text> text)
{
    private const int AtOnce = 8;
    private const int Named = 12;

    public Task<BulkResult?> StartAsync(IReadOnlyList<ContainerItem> items) =>
        RunAsync(items.Where(item => !IsAlive(item)), text["Starting"], (client, item) => client.StartContainerAsync(item.Id, new ContainerStartParameters()), (done, all) => text["{0} of {1} started.", done, all]);

    public Task<BulkResult?> StopAsync(IReadOnlyList<ContainerItem> items) =>
        RunAsync(items.Where(IsAlive), text["Stopping"], (client, item) => client.StopContainerAsync(item.Id, new ContainerStopParameters()), (done, all) => text["{0} of {1} stopped.", done, all]);

    public Task<BulkResult?> RestartAsync(IReadOnlyList<ContainerItem> items) =>
        RunAsync(items, text["Restarting"], (client, item) => client.RestartContainerAsync(item.Id, new ContainerRestartParameters()), (done, all) => text["{0} of {1} restarted.", done, all]);

    /// <summary>Asks once for all. Null when the answer was no.</summary>
    public async Task<BulkResult?> RemoveAsync(IReadOnlyList<ContainerItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var running = items.Count(IsAlive);
        var names = string.Join(", ", items.Take(Named).Select(item => item.Name));
        var question = new DialogParameters<ConfirmDialog>
        {
            { dialog => dialog.Message, items.Count > Named ? text["{0} and {1} more.", names, items.Count - Named] : names },
            { dialog => dialog.Lost, running > 0
                ? text["{0} of them run and will be killed. All their logs and every file that they wrote outside of volumes are lost. The images stay.", running]
                : text["Their logs and every file that they wrote outside of volumes are lost. The images stay."] },
            { dialog => dialog.Action, running > 0 ? text["Kill and remove"] : text["Remove"] },
        };
        var asked = await dialogs.ShowAsync<ConfirmDialog>(text["Remove {0} containers?", items.Count], question);
        if (await asked.Result is null or { Canceled: true })
            return null;
        return await RunAsync(items, text["Removing"], (client, item) => client.RemoveContainerAsync(item.Id, new ContainerRemoveParameters { Force = IsAlive(item), RemoveVolumes = true }), (done, all) => text["{0} of {1} removed.", done, all]);
    }

    private async Task<BulkResult?> RunAsync(IEnumerable<ContainerItem> items, string doing, Func<IContainerOperations, ContainerItem, Task> action, Func<int, int, string> summary)
    {
        using var turns = new SemaphoreSlim(AtOnce);
        var results = await Task.WhenAll(items.Select(async item =>
        {
            await turns.WaitAsync();
            try
            {
                return (item.Name, Error: await actions.TryAsync(item, doing, client => action(client, item)));
            }
            finally
            {
                turns.Release();
            }
        }));
        var failures = results.Where(result => result.Error is not null).Select(result => (result.Name, result.Error!)).ToList();
        return new BulkResult(summary(results.Length - failures.Count, results.Length), failures);
    }

    /// <summary>Whether it has something to stop.</summary>
    internal static bool IsAlive(ContainerItem item) => item.IsRunning || item.Condition == ContainerCondition.Paused;
}
