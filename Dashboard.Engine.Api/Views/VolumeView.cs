using System.Globalization;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Volumes;

namespace Dashboard.Engine.Api.Views;

internal static class VolumeView
{
    public static VolumeDetails Details(Volume volume, VolumeUsage? usage = null) => new()
    {
        CreatedAt = volume.Created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        Driver = Volume.LocalDriver,
        Labels = volume.Labels,
        Mountpoint = volume.Mountpoint,
        Name = volume.Name,
        Options = volume.Options,
        UsageData = usage is null ? null : new VolumeUsageData(usage.RefCount, usage.Size),
    };
}
