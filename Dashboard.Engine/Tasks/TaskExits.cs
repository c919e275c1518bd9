using Dashboard.Oci.Shim;

namespace Dashboard.Engine.Tasks;

internal static class TaskExits
{
    public static TaskExit From(ShimExit exit) => new()
    {
        ExitCode = exit.ExitCode,
        ExitedAt = DateTimeOffset.UnixEpoch.AddTicks(exit.ExitedAtNano / 100),
        OomKilled = exit.OomKilled,
    };
}
