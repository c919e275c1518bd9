using System.Text.Json;
using Dashboard.Engine.Errors;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>What <c>Binds</c>, <c>Mounts</c> and <c>Tmpfs</c> ask for, as OCI mounts.</summary>
internal static class UserMounts
{
    private static readonly string[] Propagations = ["rprivate", "private", "rshared", "shared", "rslave", "slave"];

    private static readonly HashSet<string> TmpfsFlags =
        ["rw", "ro", "exec", "noexec", "suid", "nosuid", "dev", "nodev", "sync", "async", "dirsync", "remount", "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime"];

    private static readonly string[] TmpfsKeys = ["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"];

    /// <summary>Parents before children; checks the request.</summary>
    public static IReadOnlyList<Mount> Of(HostConfig host)
    {
        IEnumerable<Mount> all =
        [
            .. (host.Binds ?? []).Select(Bind),
            .. (host.Mounts ?? []).Select(Structured),
            .. (host.Tmpfs ?? new Dictionary<string, string>()).Select(pair => Tmpfs(pair.Key, pair.Value)),
        ];
        var mounts = all.OrderBy(mount => mount.Destination.Count(letter => letter == '/')).ToList();
        var twice = mounts.GroupBy(mount => mount.Destination).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? mounts : throw EngineException.Invalid($"Duplicate mount point: {twice.Key}");
    }

    /// <summary>Sources of <c>-v</c> that Docker makes when they are missing.</summary>
    public static void MakeBindSources(HostConfig host)
    {
        foreach (var bind in host.Binds ?? [])
        {
            var source = Bind(bind).Source!;
            if (!Path.Exists(source))
                Directory.CreateDirectory(source);
        }
    }

    // /host/path:/container/path[:ro,rslave]
    private static Mount Bind(string text)
    {
        var parts = text.Split(':');
        if (parts.Length is < 2 or > 3 || parts[0] is "" || parts[1] is "")
            throw EngineException.Invalid($"invalid volume specification: '{text}'");
        if (!parts[0].StartsWith('/'))
            throw EngineException.NotImplemented($"a named volume ({parts[0]} in Binds)");
        return HostBind(parts[0], Destination(parts[1], text), parts.Length == 3 ? parts[2].Split(',') : [], text);
    }

    private static Mount HostBind(string source, string destination, string[] modes, string text)
    {
        var access = "rw";
        var propagation = "rprivate";
        foreach (var mode in modes)
        {
            if (mode is "ro" or "rw")
                access = mode;
            else if (Propagations.Contains(mode))
                propagation = mode;
            // Labels and consistency mean something with SELinux and on other systems only.
            else if (mode is not ("z" or "Z" or "nocopy" or "consistent" or "cached" or "delegated"))
                throw EngineException.Invalid($"invalid volume specification: '{text}': invalid mode: {mode}");
        }
        return new Mount { Destination = destination, Type = "bind", Source = Path.GetFullPath(source), Options = ["rbind", propagation, access] };
    }

    private static Mount Structured(JsonElement mount)
    {
        var type = Text(mount, "Type");
        var target = Destination(Text(mount, "Target") ?? "", "Mounts");
        var readOnly = mount.TryGetProperty("ReadOnly", out var value) && value.ValueKind == JsonValueKind.True;
        if (type is "tmpfs")
            return StructuredTmpfs(mount, target, readOnly);
        if (type is not "bind")
            throw EngineException.NotImplemented($"a mount of type {type ?? "volume"}");
        var source = Text(mount, "Source") ?? "";
        if (!source.StartsWith('/'))
            throw EngineException.Invalid($"invalid mount config for type \"bind\": invalid mount path: '{source}' mount path must be absolute");
        if (!Path.Exists(source))
            throw EngineException.Invalid($"invalid mount config for type \"bind\": bind source path does not exist: {source}");
        var propagation = mount.TryGetProperty("BindOptions", out var options) ? Text(options, "Propagation") : null;
        string[] modes = [readOnly ? "ro" : "rw", .. string.IsNullOrEmpty(propagation) ? [] : (string[])[propagation]];
        return HostBind(source, target, modes, "Mounts");
    }

    private static Mount StructuredTmpfs(JsonElement mount, string target, bool readOnly)
    {
        var options = new List<string>();
        if (mount.TryGetProperty("TmpfsOptions", out var tmpfs) && tmpfs.ValueKind == JsonValueKind.Object)
        {
            if (tmpfs.TryGetProperty("SizeBytes", out var size) && size.TryGetInt64(out var bytes) && bytes > 0)
                options.Add($"size={bytes}");
            if (tmpfs.TryGetProperty("Mode", out var mode) && mode.TryGetInt32(out var bits) && bits > 0)
                options.Add($"mode={Convert.ToString(bits, 8)}");
        }
        if (readOnly)
            options.Add("ro");
        return Tmpfs(target, string.Join(',', options));
    }

    private static Mount Tmpfs(string destination, string options)
    {
        var asked = options.Split(',', StringSplitOptions.RemoveEmptyEntries);
        foreach (var option in asked)
        {
            var key = option.Split('=', 2)[0];
            if (!TmpfsFlags.Contains(option) && !(option.Contains('=') && TmpfsKeys.Contains(key)))
                throw EngineException.Invalid($"invalid tmpfs option [\"{option}\"]");
        }
        IEnumerable<string> defaults = ["noexec", "nosuid", "nodev"];
        return new Mount
        {
            Destination = Destination(destination, destination),
            Type = "tmpfs",
            Source = "tmpfs",
            Options = [.. defaults.Where(option => !asked.Contains(option[2..])), .. asked.Where(option => !defaults.Contains(option))],
        };
    }

    private static string Destination(string path, string text)
    {
        if (!path.StartsWith('/'))
            throw EngineException.Invalid($"invalid volume specification: '{text}': invalid mount path: '{path}' mount path must be absolute");
        // Resolved by text only: what lies behind it is the image's affair, inside its own root.
        var clean = Path.GetFullPath(path);
        clean = clean.Length > 1 ? clean.TrimEnd('/') : clean;
        return clean is not "/" ? clean : throw EngineException.Invalid($"invalid volume specification: '{text}': invalid specification: destination can't be '/'");
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
