using System.Text.Json.Serialization;

namespace Dashboard.Engine.Api.Wire;

internal sealed record PushedMessage(string Tag, string Digest, int Size);

/// <summary>The body of POST /auth, and what X-Registry-Auth holds.</summary>
internal sealed record AuthConfig
{
    public string? username { get; set; }
    public string? password { get; set; }
    public string? auth { get; set; }
    public string? email { get; set; }
    public string? serveraddress { get; set; }
    public string? identitytoken { get; set; }
    public string? registrytoken { get; set; }

    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"credentials for {serveraddress}";
}

internal sealed record AuthAnswer(string IdentityToken, string Status);

internal sealed record DistributionMessage(DescriptorMessage Descriptor, IReadOnlyList<PlatformMessage> Platforms);

internal sealed record DescriptorMessage(string mediaType, string digest, long size);

internal sealed record PlatformMessage(string architecture, string os, [property: OmitEmpty] string? variant, [property: OmitEmpty, JsonPropertyName("os.version")] string? osVersion);

internal sealed record SearchMessage(int star_count, bool is_official, string name, bool is_automated, string description);
