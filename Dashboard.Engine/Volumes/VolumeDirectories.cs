using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Linux;

namespace Dashboard.Engine.Volumes;

/// <summary>
/// <c>volumes/NAME/_data</c> with Docker's modes, <c>volumes/NAME/_copy</c> while image content is on its way there, and
/// <c>volumes/.trash</c> for trees that go. No volume's name begins with a dot.
/// </summary>
internal sealed class VolumeDirectories
{
    // Others may pass through to what they are told about, and list nothing.
    private const uint ParentMode = 0x1C1;
    private const uint DataMode = 0x1ED;

    private readonly string root;
    private readonly string realRoot;
    private readonly string trash;

    public VolumeDirectories(EngineOptions options)
    {
        root = Path.Combine(options.DataRoot, "volumes");
        trash = Path.Combine(root, ".trash");
        Directory.CreateDirectory(root);
        SetMode(root, ParentMode);
        PathHandles.CreatePrivate(trash);
        // The kernel lists mounts by their real path.
        using var handle = PathHandles.OpenDirectory(root);
        realRoot = new FileInfo($"/proc/self/fd/{handle.Fd()}").LinkTarget ?? root;
    }

    public string DataOf(string name) => Path.Combine(root, name, "_data");

    /// <summary>As the kernel lists it.</summary>
    public string RealDataOf(string name) => Path.Combine(realRoot, name, "_data");

    private string CopyOf(string name) => Path.Combine(root, name, "_copy");

    /// <summary>Made where it is missing, left alone where it is not.</summary>
    /// <exception cref="EngineException">No space, or another refusal of the file system.</exception>
    public void Make(string name)
    {
        try
        {
            foreach (var (path, mode) in new[] { (Path.Combine(root, name), ParentMode), (DataOf(name), DataMode) })
            {
                if (Directory.Exists(path))
                    continue;
                Directory.CreateDirectory(path);
                SetMode(path, mode);
            }
        }
        catch (IOException error)
        {
            throw FullDisk.Explain(error) ?? new EngineException(ErrorKind.System, $"create {name}: {error.Message}", error);
        }
    }

    /// <summary>Takes it out of sight in one step; <see cref="EmptyTrash"/> frees its space.</summary>
    public void MoveToTrash(string name)
    {
        var path = Path.Combine(root, name);
        if (Directory.Exists(path))
            Directory.Move(path, Path.Combine(trash, Guid.NewGuid().ToString("N")));
    }

    public void EmptyTrash() => TreeRemover.Empty(trash);

    public bool IsEmpty(string name) => !Directory.EnumerateFileSystemEntries(DataOf(name)).Any();

    public long SizeOf(string name, CancellationToken cancellationToken) => DirectoryUsage.Of(DataOf(name), cancellationToken);

    /// <summary>An empty directory beside the data, for <see cref="FinishCopy"/>.</summary>
    public string BeginCopy(string name)
    {
        DropCopy(name);
        Directory.CreateDirectory(CopyOf(name));
        SetMode(CopyOf(name), DataMode);
        return CopyOf(name);
    }

    /// <summary>Puts the copy in place of the empty data directory, in one step.</summary>
    public void FinishCopy(string name)
    {
        var (from, to) = (Encoding.UTF8.GetBytes(CopyOf(name) + "\0"), Encoding.UTF8.GetBytes(DataOf(name) + "\0"));
        if (At.renameat2(At.AT_FDCWD, from, At.AT_FDCWD, to, 0) < 0)
            throw SyscallException.Last("rename", CopyOf(name));
    }

    public void DropCopy(string name)
    {
        if (Directory.Exists(CopyOf(name)))
            Directory.Move(CopyOf(name), Path.Combine(trash, Guid.NewGuid().ToString("N")));
    }

    /// <summary>Mount points of this host in the volume's directory, its own among them; deepest first.</summary>
    public IReadOnlyList<string> MountsIn(string name)
    {
        var path = Path.Combine(realRoot, name);
        return [.. MountTable.Read().Select(mount => mount.MountPoint).Where(point => MountTable.IsUnder(point, path)).OrderByDescending(point => point.Length)];
    }

    private static void SetMode(string path, uint mode)
    {
        using var handle = PathHandles.OpenDirectory(path);
        if (At.fchmod(handle.Fd(), mode) < 0)
            throw SyscallException.Last("chmod", path);
    }
}
