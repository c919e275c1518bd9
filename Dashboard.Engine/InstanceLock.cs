using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Linux;

namespace Dashboard.Engine;

/// <summary>
/// The sole right to a data-root and a run-root: an exclusive flock(2) on a file in each, which the kernel takes back with
/// the death of the process. Whatever touches the roots depends on this object.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private readonly List<FileStream> locks = [];

    /// <exception cref="EngineException">Another engine lives there, or the directory cannot be written.</exception>
    public InstanceLock(EngineOptions options)
    {
        try
        {
            locks.Add(Take(options.DataRoot, "--data-root"));
            locks.Add(Take(options.RunRoot, "--run-root"));
            // Their contents belong to containers; the roots themselves are passed through on the way to the socket.
            PathHandles.CreatePrivate(Path.Combine(options.DataRoot, "containers"));
            PathHandles.CreatePrivate(Path.Combine(options.RunRoot, "containers"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private static FileStream Take(string root, string option)
    {
        var path = Path.Combine(root, "engine.lock");
        try
        {
            Directory.CreateDirectory(root);
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Linux.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            WriteHolder(file);
            return file;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new EngineException(ErrorKind.Unavailable, $"{root} cannot be written: {error.Message}. Run as root, or choose another place with {option}", error);
        }
        catch (IOException error) when (error.HResult == Errno.EAGAIN)
        {
            throw new EngineException(ErrorKind.Unavailable, $"{root} is in use by another instance (process {Holder(path)}). Stop that one, or choose another place with {option}", error);
        }
    }

    private static void WriteHolder(FileStream file)
    {
        try
        {
            // Over the old one, and only then cut: on a full disk there is room for it where one was.
            var pid = System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
            file.Write(pid);
            file.SetLength(pid.Length);
            file.Flush();
        }
        catch (IOException error) when (FullDisk.Explain(error) is not null)
        {
            // The lock is what counts; the number is for the message to others.
        }
    }

    private static unsafe string Holder(string path)
    {
        // Not by FileStream: it would ask for a lock too, which is what cannot be had.
        var fd = Fcntl.open(path, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC, 0);
        if (fd < 0)
            return "unknown";
        var buffer = stackalloc byte[16];
        var count = Unistd.read(fd, buffer, 16);
        Unistd.close(fd);
        return count > 0 ? System.Text.Encoding.ASCII.GetString(buffer, (int)count) : "unknown";
    }

    public void Dispose() => locks.ForEach(file => file.Dispose());
}
