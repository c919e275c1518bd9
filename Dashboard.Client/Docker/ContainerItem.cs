using Docker.DotNet.Models;

namespace Dashboard.Client.Docker;

/// <summary>A container as the list shows it. Two items are equal when nothing that the list shows has changed.</summary>
public sealed record ContainerItem
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    /// <summary>As the user typed it, or the id when the tag has moved on.</summary>
    public required string Image { get; init; }
    public required string ImageId { get; init; }
    public required string Command { get; init; }
    public required ContainerCondition Condition { get; init; }
    /// <summary>Docker's own words: "Up 2 minutes (healthy)", "Exited (1) 3 seconds ago".</summary>
    public required string Status { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required EquatableList<PublishedPort> Ports { get; init; }
    /// <summary>The project that Compose labels it with, if any.</summary>
    public string? Project { get; init; }

    public string ShortId => Id[..Math.Min(12, Id.Length)];
    public bool IsRunning => Condition is ContainerCondition.Running or ContainerCondition.Starting or ContainerCondition.Unhealthy or ContainerCondition.Restarting;

    public static ContainerItem From(ContainerListResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return new()
        {
            Id = response.ID,
            // A link adds names of the form /other/alias; the container's own has one slash.
            Name = response.Names?.FirstOrDefault(name => name.LastIndexOf('/') == 0)?[1..] ?? response.ID[..Math.Min(12, response.ID.Length)],
            Image = response.Image ?? "",
            ImageId = response.ImageID ?? "",
            Command = response.Command ?? "",
            Condition = Conditions.Of(response.State, response.Status),
            Status = response.Status ?? "",
            Created = new DateTimeOffset(DateTime.SpecifyKind(response.Created, DateTimeKind.Utc)),
            Ports = new(PublishedPort.From(response.Ports)),
            Project = response.Labels?.TryGetValue("com.docker.compose.project", out var project) == true ? project : null,
        };
    }
}
