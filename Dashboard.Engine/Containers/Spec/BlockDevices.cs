using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>Limits of single devices: by path in Docker's terms, by number in the kernel's.</summary>
internal static class BlockDevices
{
    public static BlockIoLimits? Limits(HostConfig host)
    {
        var limits = new BlockIoLimits
        {
            Weight = host.BlkioWeight > 0 ? host.BlkioWeight : null,
            WeightDevice = List(host.BlkioWeightDevice, device => (device.Path, (ulong)device.Weight), (major, minor, value) => new WeightDeviceLimit { Major = major, Minor = minor, Weight = (ushort)value }),
            ThrottleReadBpsDevice = Rates(host.BlkioDeviceReadBps),
            ThrottleWriteBpsDevice = Rates(host.BlkioDeviceWriteBps),
            ThrottleReadIOPSDevice = Rates(host.BlkioDeviceReadIOps),
            ThrottleWriteIOPSDevice = Rates(host.BlkioDeviceWriteIOps),
        };
        return limits == new BlockIoLimits() ? null : limits;
    }

    private static List<ThrottleDeviceLimit>? Rates(IReadOnlyList<ThrottleDevice>? devices) =>
        List(devices, device => (device.Path, device.Rate), (major, minor, value) => new ThrottleDeviceLimit { Major = major, Minor = minor, Rate = value });

    private static List<TOut>? List<TIn, TOut>(IReadOnlyList<TIn>? devices, Func<TIn, (string Path, ulong Value)> read, Func<long, long, ulong, TOut> make)
    {
        if (devices is null or { Count: 0 })
            return null;
        var list = new List<TOut>();
        foreach (var device in devices)
        {
            var (path, value) = read(device);
            if (At.statx(At.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), 0, out var status) != 0)
                throw new EngineException(ErrorKind.System, $"stat {path}: {Errno.Text(Errno.Last)}");
            list.Add(make(status.DeviceMajor, status.DeviceMinor, value));
        }
        return list;
    }
}
