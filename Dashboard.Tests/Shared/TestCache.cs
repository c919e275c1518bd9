namespace Dashboard.Tests.Shared;

/// <summary>
/// Things that are slow to make and the same every time (a debootstrap, downloaded packages). An entry appears by
/// rename when it is complete, and a lock file keeps two runs from making the same one.
/// </summary>
internal static class TestCache
{
    /// <param name="name">The entry's file or directory name; change it when the recipe changes.</param>
    /// <param name="make">Makes the entry at the path that it is given.</param>
    public static async Task<string> GetAsync(string name, Func<string, Task> make)
    {
        var path = Path.Combine(TestPlaces.Cache, name);
        if (Path.Exists(path)) return path;

        using var held = await LockAsync(path + ".lock");
        if (Path.Exists(path)) return path;

        var unfinished = path + ".new";
        DeleteIfThere(unfinished);
        await make(unfinished);
        if (Directory.Exists(unfinished)) Directory.Move(unfinished, path);
        else File.Move(unfinished, path);
        return path;
    }

    // FileShare.None is flock(2) on Linux, which other processes of ours respect; waiting for it has no signal.
    private static async Task<FileStream> LockAsync(string path) => await Eventually.GetAsync(
        () =>
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                return null;
            }
        },
        TimeSpan.FromMinutes(10),
        () => $"the cache lock {path} is held by another run");

    private static void DeleteIfThere(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        else File.Delete(path);
    }
}
