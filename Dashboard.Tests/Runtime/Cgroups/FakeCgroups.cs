using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Cgroups;

/// <summary>A tree of directories with the files that the kernel would put there; it keeps what is written and knows no rules.</summary>
internal sealed class FakeCgroups : IDisposable
{
    public string Root { get; } = TestPlaces.NewWorkDirectory("cgroups");

    public string Add(string directory, params string[] files)
    {
        var path = Directory.CreateDirectory(Path.Combine(Root, directory)).FullName;
        foreach (var file in files)
        {
            var parts = file.Split('=', 2);
            File.WriteAllText(Path.Combine(path, parts[0]), parts.Length == 2 ? parts[1] : "");
        }
        return path;
    }

    /// <summary>A write overwrites from the start and leaves the rest, so that a file read back begins with the value.</summary>
    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).TrimEnd('\n');

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
