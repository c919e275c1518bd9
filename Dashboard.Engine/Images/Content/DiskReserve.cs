using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Content;

/// <summary>
/// Stops writers of image data before the file system is full, so that an archive that inflates without end fails by itself
/// and the engine's database, the containers' logs and the host keep room. One per writer; not shared between threads.
/// </summary>
internal sealed class DiskReserve(SafeFileHandle directory, long reserveBytes)
{
    private const long CheckEvery = 32 << 20;
    private long sinceCheck = CheckEvery;

    /// <summary>Counts bytes about to be written; asks the file system once per 32 MiB.</summary>
    /// <exception cref="SyscallException">ENOSPC.</exception>
    public void Account(int bytes, string path)
    {
        sinceCheck += bytes;
        if (sinceCheck < CheckEvery)
            return;
        sinceCheck = 0;
        if (At.fstatfs((int)directory.DangerousGetHandle(), out var space) == 0 && (decimal)space.BlocksAvailable * space.BlockSize < reserveBytes)
            throw new SyscallException("write", path, Errno.ENOSPC);
    }
}
