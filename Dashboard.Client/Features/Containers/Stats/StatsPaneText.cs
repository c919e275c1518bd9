namespace Dashboard.Client.Features.Containers.Stats;

/// <summary>The words of <see cref="StatsPane"/>.</summary>
internal static class StatsPaneText
{
    public const string Region = "Resource use";
    public const string Cpu = "CPU";
    public const string Memory = "Memory";
    public const string Network = "Network";
    public const string Disk = "Disk";
    public const string In = "in";
    public const string Out = "out";
    public const string Read = "read";
    public const string Write = "write";
    public const string NotRunning = "The container is not running. The charts show what was last measured.";
    public const string Paused = "The container is paused: it keeps its memory and uses no CPU.";
    public const string Gone = "This container no longer exists. The charts show what was last measured.";
    public const string Waiting = "Waiting for the first measurement.";

    public static string Failed(string reason) => $"No measurements at this moment: {reason}. Trying again.";

    public static string Processes(int count) => count == 1 ? "1 process" : $"{count:N0} processes";

    public static string Pair(string first, string firstValue, string second, string secondValue) => $"{first} {firstValue}, {second} {secondValue}";
}
