using System.Text;

namespace Dashboard.Engine.Containers.Files;

/// <summary>
/// A path as <c>docker cp</c> sends it. A slash or a dot at its end says that a link is to be followed and that a directory is
/// meant (moby pkg/archive, PreserveTrailingDotOrSeparator).
/// </summary>
/// <param name="Clean">Bytes as Latin-1, without a leading slash; empty for the root. ".." is taken away by text, as in Docker.</param>
/// <param name="Name">The last part, for the archive.</param>
/// <param name="Follow">The last part is followed when it is a link, and must be a directory.</param>
internal sealed record ArchivePath(string Clean, string Name, bool Follow)
{
    public static ArchivePath Parse(string path)
    {
        var parts = new List<string>();
        var asked = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(path)).Split('/');
        foreach (var part in asked)
        {
            if (part == "..")
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            else if (part is not ("" or "."))
                parts.Add(part);
        }
        var last = asked.LastOrDefault(part => part.Length > 0);
        var follow = asked[^1].Length == 0 || last == "." || parts.Count == 0;
        var name = last == "." ? "." : parts.Count == 0 ? "/" : parts[^1];
        return new ArchivePath(string.Join('/', parts), name, follow);
    }
}
