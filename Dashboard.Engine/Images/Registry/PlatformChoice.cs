using Dashboard.Engine.Errors;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Registry;

/// <summary>A platform that is wanted (<c>linux/arm64/v8</c>), and the choice by it from an index.</summary>
internal sealed record PlatformChoice(string Os, string Architecture, string Variant)
{
    public static PlatformChoice Host { get; } = new("linux", HostPlatform.Architecture, Default(HostPlatform.Architecture));

    private static readonly string[] Systems = ["linux", "windows", "darwin", "freebsd"];
    private static readonly string[] Architectures = ["386", "amd64", "arm", "arm64", "ppc64le", "riscv64", "s390x", "mips64le", "loong64", "mips64", "ppc64"];

    /// <summary>In the words of containerd's platforms package.</summary>
    /// <exception cref="EngineException">InvalidParameter.</exception>
    public static PlatformChoice Parse(string text)
    {
        var parts = text.ToLowerInvariant().Split('/');
        if (parts.Length > 3 || parts.Any(part => part.Length == 0 || part.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))))
            throw EngineException.Invalid($"\"{text}\": cannot parse platform specifier: invalid argument");
        if (parts.Length == 1 && Systems.Contains(parts[0]))
            return Host with { Os = parts[0] };
        var (architecture, variant) = Normal(parts.Length == 1 ? parts[0] : parts[1], parts.Length == 3 ? parts[2] : "");
        if (parts.Length == 1 && !Architectures.Contains(architecture))
            throw EngineException.Invalid($"\"{text}\": unknown operating system or architecture: invalid argument");
        return new PlatformChoice(parts.Length == 1 ? "linux" : parts[0], architecture, variant);
    }

    /// <summary>Null when the index has nothing for it. Build attestations are for the platform unknown/unknown.</summary>
    public Descriptor? From(Oci.ImageSpec.ImageIndex index)
    {
        var images = (index.Manifests ?? []).Where(descriptor => descriptor.Platform is not null).ToList();
        return images.Find(descriptor => Rank(descriptor.Platform!) == 0) ?? images.Where(descriptor => Rank(descriptor.Platform!) is not null).MinBy(descriptor => Rank(descriptor.Platform!));
    }

    public bool Fits(string os, string architecture, string? variant) => Rank(new Platform { Os = os, Architecture = architecture, Variant = variant }) is not null;

    public override string ToString() => Variant.Length == 0 ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    /// <summary>0 is the very one; more is an older machine that this one includes (v6 code on v7); null does not fit.</summary>
    private int? Rank(Platform platform)
    {
        var (architecture, variant) = Normal(platform.Architecture, platform.Variant ?? "");
        if (platform.Os != Os || architecture != Architecture)
            return null;
        if (variant == Variant)
            return 0;
        return Number(variant) is { } offered && Number(Variant) is { } wanted && offered < wanted ? wanted - offered : null;
    }

    private static int? Number(string variant) => variant.Length == 0 ? 1 : variant[0] == 'v' && int.TryParse(variant.AsSpan(1), out var number) ? number : null;

    private static (string Architecture, string Variant) Normal(string architecture, string variant)
    {
        var (name, implied) = architecture.ToLowerInvariant() switch
        {
            "x86_64" or "x86-64" => ("amd64", ""),
            "i386" => ("386", ""),
            "aarch64" => ("arm64", ""),
            "armhf" => ("arm", "v7"),
            "armel" => ("arm", "v6"),
            var other => (other, ""),
        };
        var given = variant.Length > 0 ? variant.ToLowerInvariant() : implied;
        if (name == "amd64" && given == "v1")
            given = "";
        if (given.Length > 0 && char.IsAsciiDigit(given[0]))
            given = "v" + given;
        return (name, given.Length > 0 ? given : Default(name));
    }

    private static string Default(string architecture) => architecture switch { "arm64" => "v8", "arm" => "v7", _ => "" };
}
