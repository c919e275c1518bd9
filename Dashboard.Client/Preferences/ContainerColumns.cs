namespace Dashboard.Client.Preferences;

/// <summary>The columns of the containers table that can be hidden. Name and actions cannot.</summary>
[Flags]
public enum ContainerColumns
{
    None = 0,
    State = 1,
    Image = 2,
    Ports = 4,
    Cpu = 8,
    Memory = 16,
    Status = 32,
}
