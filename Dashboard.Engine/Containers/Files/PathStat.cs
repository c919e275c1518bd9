using Dashboard.Linux;

namespace Dashboard.Engine.Containers.Files;

/// <summary>What a path of a container leads to.</summary>
public sealed record PathStat
{
    /// <summary>The last part of the path as asked: <c>/</c> for the root, <c>.</c> where it ends so.</summary>
    public required string Name { get; init; }
    public required long Size { get; init; }
    /// <summary>st_mode: type, permissions, setuid, setgid and sticky.</summary>
    public required uint Mode { get; init; }
    public required Timespec ModifyTime { get; init; }
    /// <summary>Of a symbolic link: where it leads to in the container, absolute, whether something is there or not; else empty.</summary>
    public string LinkTarget { get; init; } = "";
}
