namespace Dashboard.Engine.Images.Registry.Transfer;

/// <summary>How far a transfer is, in Docker's words.</summary>
internal sealed record TransferState(string Status, long Current = 0, long Total = 0)
{
    public static readonly TransferState Waiting = new("Waiting");
    public static readonly TransferState Verifying = new("Verifying Checksum");
    public static readonly TransferState Complete = new("Download complete");

    public static TransferState Downloading(long current, long total) => new("Downloading", current, total);
    public static TransferState Pushing(long current, long total) => new("Pushing", current, total);
    public static TransferState Retrying(TimeSpan pause) => new($"Retrying in {Math.Max(1, Math.Ceiling(pause.TotalSeconds)):0} seconds".Replace(" 1 seconds", " 1 second"));
}
