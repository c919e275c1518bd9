namespace Dashboard.Client.Docker;

/// <summary>What a container is doing, in the words that the UI shows; each has a shape, a word and a colour of its own.</summary>
public enum ContainerCondition
{
    Created,
    Starting,
    Running,
    Unhealthy,
    Paused,
    Restarting,
    Removing,
    Exited,
    Failed,
    Dead,
}
