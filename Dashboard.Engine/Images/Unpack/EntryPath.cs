using System.Text;

namespace Dashboard.Engine.Images.Unpack;

/// <summary>Names of archive members as paths inside one root; strings of bytes, as in <see cref="TarEntry"/>.</summary>
internal static class EntryPath
{
    /// <summary><c>./a//b/../c/</c> and <c>/a/c</c> become <c>a/c</c>; the root is the empty string.</summary>
    /// <exception cref="TarException">The name climbs out of its root, or has a NUL.</exception>
    public static string Clean(string name)
    {
        if (name.Contains('\0'))
            throw new TarException("invalid archive: a name with NUL");
        return TryClean(name, out var clean) ? clean : throw new TarException($"invalid archive: \"{Show(name)}\" is outside of \"/\"");
    }

    /// <summary>False when the name climbs out of its root, or has a NUL.</summary>
    public static bool TryClean(string name, out string clean)
    {
        clean = name;
        if (name.Contains('\0'))
            return false;
        if (IsClean(name))
            return true;
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else
                return false;
        }
        clean = string.Join('/', parts);
        return true;
    }

    public static (string Directory, string Name) Split(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }

    /// <summary>For messages: the bytes read as UTF-8, what cannot be shown replaced, and not without end.</summary>
    public static string Show(string bytes)
    {
        var text = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes.Length > 200 ? bytes[..200] : bytes));
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
        });
    }

    /// <summary>No leading, trailing or doubled slash, and no component "." or "..".</summary>
    private static bool IsClean(string name)
    {
        var componentStart = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && name[i] != '/')
                continue;
            var component = name.AsSpan(componentStart, i - componentStart);
            if (component.IsEmpty || component is "." or "..")
                return name.Length == 0;
            componentStart = i + 1;
        }
        return true;
    }
}
