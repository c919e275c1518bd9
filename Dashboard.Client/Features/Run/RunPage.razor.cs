using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Dashboard.Client.Features.Run;

/// <summary>The form for a new container. What it would do stands beside it as a docker command; the engine has the last word.</summary>
public sealed partial class RunPage
{
    private static readonly string[] s_networks = [RunPlan.Bridge, "host", "none"];
    private readonly RunForm form = new();
    private readonly Dictionary<string, string> refused = [];
    private RunReading reading = new(new RunPlan { Image = "" }, new Dictionary<string, string>());
    private IReadOnlyList<string> networks = s_networks;
    private IReadOnlyCollection<string> exposed = [];
    private string? ownCommand;
    private string? refusal;
    private bool submitted;
    private bool busy;

    [Inject]
    private CurrentConnection Current { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "image")]
    private string? ImageInUrl { get; set; }

    private DockerConnection? Connection => Current.Connection;

    private IEnumerable<string> Choices => (Connection?.Images.Items ?? [])
        .SelectMany(IEnumerable<string> (image) => image.IsDangling ? [image.ShortId] : image.Tags)
        .Append(form.Image)
        .Where(name => name.Length > 0)
        .Distinct()
        .Order(StringComparer.Ordinal);

    private string? NoPorts => form.Network is "host" or "none" && reading.Plan.Ports.Count > 0 ? Text["On the network {0} no ports are published.", form.Network].Value : null;

    protected override async Task OnInitializedAsync()
    {
        if (Connection is not { } connection)
            return;
        Watch(connection.Images.Changed);
        Watch(connection.Containers.Changed);
        form.Image = ImageInUrl ?? "";
        Read();
        await ImageChosenAsync();
        await ListNetworksAsync(connection);
    }

    protected override bool BeforeLiveRender()
    {
        // The container that is being made has the name that was asked for.
        if (!busy)
            Check();
        return true;
    }

    // What the engine said holds until the form changes.
    private void Read()
    {
        refused.Clear();
        Check();
    }

    private void Check() =>
        reading = RunReader.Read(form, Text, name => Connection?.Containers.Items.Any(container => container.Name == name) == true);

    // An empty form is not wrong before somebody wants to run it.
    private string? Problem(string field) => refused.GetValueOrDefault(field) ?? (field == "image" && !submitted ? null : reading.Problems.GetValueOrDefault(field));

    private string Invalid(string field) => Problem(field) is null ? "false" : "true";

    private async Task ImageChosenAsync()
    {
        (exposed, ownCommand) = ([], null);
        Read();
        if (form.Image.Length == 0 || Connection is not { } connection)
            return;
        try
        {
            var image = await connection.Client.Images.InspectImageAsync(form.Image, CancellationToken.None);
            exposed = [.. image.Config?.ExposedPorts?.Keys ?? Enumerable.Empty<string>()];
            ownCommand = string.Join(' ', (image.Config?.Cmd ?? []).Select(ShellWords.Quote));
        }
        catch (Exception error) when (EngineErrors.IsExpected(error))
        {
            refused["image"] = EngineErrors.Text(error);
        }
    }

    private async Task ListNetworksAsync(DockerConnection connection)
    {
        try
        {
            var listed = await connection.Client.Networks.ListNetworksAsync(new NetworksListParameters(), CancellationToken.None);
            networks = [.. s_networks, .. listed.Select(network => network.Name).Except(s_networks).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (EngineErrors.IsExpected(error))
        {
            // The three that every engine has are offered anyway.
        }
    }

    private async Task RunAsync()
    {
        submitted = true;
        refusal = null;
        Read();
        if (busy || reading.Problems.Count > 0 || Connection is not { } connection)
            return;
        busy = true;
        try
        {
            var created = await CreateAndStartAsync(connection.Client.Containers);
            foreach (var warning in created.Warnings ?? [])
                Snackbar.Add(warning, Severity.Warning, options => options.RequireInteraction = true);
            Navigation.NavigateTo($"containers/{ImageItem.Short(created.ID)}");
        }
        catch (Exception error) when (EngineErrors.IsExpected(error))
        {
            var words = EngineErrors.Text(error);
            if (RunRefusals.FieldOf(words) is { } field)
                refused[field] = words;
            else
                refusal = words;
        }
        finally
        {
            busy = false;
        }
    }

    private async Task<CreateContainerResponse> CreateAndStartAsync(IContainerOperations containers)
    {
        var created = await containers.CreateContainerAsync(reading.Plan.ToParameters(), CancellationToken.None);
        try
        {
            await containers.StartContainerAsync(created.ID, new ContainerStartParameters(), CancellationToken.None);
            return created;
        }
        catch (DockerApiException)
        {
            await DiscardAsync(containers, created.ID);
            throw;
        }
    }

    // It never ran, and its name is needed for the next attempt.
    private static async Task DiscardAsync(IContainerOperations containers, string id)
    {
        try
        {
            await containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, CancellationToken.None);
        }
        catch (DockerApiException)
        {
            // The engine took it away itself, or the list will show it.
        }
    }
}
