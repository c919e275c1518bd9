using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Volumes;

/// <summary>
/// Options of the driver <c>local</c>: what mount(8) would be told (<c>type=nfs o=addr=10.0.0.1,rw device=:/export</c>). The
/// mount is made when the first container needs it.
/// </summary>
internal sealed record LocalOptions(string Type, string Device, string Data)
{
    private static readonly string[] s_known = ["type", "device", "o", "size"];

    /// <summary>Null when nothing is to be mounted.</summary>
    public static LocalOptions? Of(IReadOnlyDictionary<string, string>? options) => options?.ContainsKey("type") == true
        ? new LocalOptions(options["type"], options.GetValueOrDefault("device", ""), options.GetValueOrDefault("o", ""))
        : null;

    /// <exception cref="EngineException">400 in Docker's words.</exception>
    public static void Check(string name, IReadOnlyDictionary<string, string>? options)
    {
        if (options is not { Count: > 0 })
            return;
        foreach (var (key, value) in options)
        {
            if (!s_known.Contains(key))
                throw EngineException.Invalid($"create {name}: invalid option: \"{key}\"");
            if (value.Contains('\0'))
                throw EngineException.Invalid($"create {name}: invalid option: \"{key}\" holds a NUL byte");
        }
        var asked = options.ContainsKey("o") || options.ContainsKey("type") || options.ContainsKey("device");
        foreach (var required in (string[])["device", "type"])
        {
            if (asked && !options.ContainsKey(required))
                throw EngineException.Invalid($"create {name}: missing required option: \"{required}\"");
        }
        if (options.TryGetValue("size", out var size))
            RefuseSize(name, size);
        if (options.TryGetValue("device", out var device) && device is "")
            throw EngineException.Invalid($"create {name}: missing device in volume options");
    }

    private static void RefuseSize(string name, string size)
    {
        var digits = size.TrimEnd('b', 'B', 'i', 'k', 'K', 'm', 'M', 'g', 'G', 't', 'T', 'p', 'P');
        if (!decimal.TryParse(digits, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var number))
            throw EngineException.Invalid($"create {name}: invalid size: '{size}'");
        // A quota would need a project id on xfs or ext4: what is not kept is not promised.
        if (number > 0)
            throw EngineException.Invalid($"create {name}: quota size requested but no quota support");
    }
}
