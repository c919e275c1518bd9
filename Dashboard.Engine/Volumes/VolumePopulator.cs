using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Volumes;

/// <summary>
/// Docker's copy-up: an empty volume takes over what the image has at its mount point, the directory's own attributes
/// included. The copy is made beside the data and put in its place by one rename, so that a crash leaves an empty volume and
/// never half of the content; only where the data directory is in use or a mount of its own it is written in place.
/// </summary>
internal sealed class VolumePopulator(VolumeMounter mounter, VolumeDirectories directories)
{
    /// <exception cref="EngineException">The image has a file there, or the volume cannot be written.</exception>
    public async Task PopulateAsync(VolumeEntry entry, OverlayMount rootfs, string destination, string holder)
    {
        // Names in layers are bytes, one to a character.
        var path = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(destination));
        var (source, file) = MergedTree.Open([rootfs.UpperDir, .. rootfs.LowerDirs], path);
        using (source)
        using (file)
        {
            if (file is not null)
                throw EngineException.Invalid($"cannot mount volume over existing file, file exists {destination}");
            // What is far away is not mounted for nothing.
            if (source is not null)
                await PopulateAsync(entry, source, destination, holder);
        }
    }

    private async Task PopulateAsync(VolumeEntry entry, MergedDirectory source, string destination, string holder)
    {
        using var turn = await entry.Gate.EnterAsync();
        var inPlace = entry.Holders.Count > 0 || LocalOptions.Of(entry.Value.Options) is not null;
        await mounter.HoldAsync(entry, holder);
        try
        {
            if (!directories.IsEmpty(entry.Value.Name))
                return;
            if (inPlace)
                await Task.Run(() => CopyTo(source, directories.DataOf(entry.Value.Name)));
            else
                await Task.Run(() => CopyBeside(source, entry.Value.Name));
        }
        catch (IOException error)
        {
            throw FullDisk.Explain(error) ?? new EngineException(ErrorKind.System, $"copy of the image's {destination} into volume {entry.Value.Name}: {error.Message}", error);
        }
        finally
        {
            mounter.Release(entry, holder);
        }
    }

    private void CopyBeside(MergedDirectory source, string name)
    {
        try
        {
            CopyTo(source, directories.BeginCopy(name));
            directories.FinishCopy(name);
        }
        catch
        {
            directories.DropCopy(name);
            directories.EmptyTrash();
            throw;
        }
    }

    private static void CopyTo(MergedDirectory source, string path)
    {
        using var target = PathHandles.OpenDirectory(path);
        TreeCopy.Run(source, target);
    }
}
