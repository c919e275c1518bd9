using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>The built part of <c>SecurityOpt</c>.</summary>
internal sealed record SecurityOptions
{
    public bool NoNewPrivileges { get; private init; }
    public bool SeccompUnconfined { get; private init; }

    public static SecurityOptions Parse(IReadOnlyList<string>? options)
    {
        var parsed = new SecurityOptions();
        foreach (var option in options ?? [])
            parsed = parsed.With(option);
        return parsed;
    }

    private SecurityOptions With(string option)
    {
        if (option is "no-new-privileges")
            return this with { NoNewPrivileges = true };
        // The colon is the older separator.
        var separator = option.IndexOfAny(['=', ':']);
        if (separator < 0)
            throw EngineException.Invalid($"invalid --security-opt 1: \"{option}\"");
        var (key, value) = (option[..separator], option[(separator + 1)..]);
        return (key, value) switch
        {
            ("no-new-privileges", "true") => this with { NoNewPrivileges = true },
            ("no-new-privileges", "false") => this with { NoNewPrivileges = false },
            ("no-new-privileges", _) => throw EngineException.Invalid($"invalid --security-opt 2: \"{option}\""),
            ("seccomp", "unconfined") => this with { SeccompUnconfined = true },
            ("seccomp", "builtin") => this with { SeccompUnconfined = false },
            ("seccomp", _) => throw EngineException.NotImplemented("a seccomp profile of one's own (SecurityOpt)"),
            ("apparmor", "unconfined") or ("label", "disable") => this,
            ("apparmor" or "label" or "writable-cgroups", _) => throw EngineException.NotImplemented($"SecurityOpt {option}"),
            _ => throw EngineException.Invalid($"invalid --security-opt 2: \"{option}\""),
        };
    }
}
