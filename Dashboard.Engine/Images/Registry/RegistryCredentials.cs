namespace Dashboard.Engine.Images.Registry;

/// <summary>What <c>X-Registry-Auth</c> says. Its text form names nobody, so that a log cannot hold a secret.</summary>
public sealed record RegistryCredentials
{
    public static readonly RegistryCredentials None = new();

    public string Username { get; init; } = "";
    public string Password { get; init; } = "";
    /// <summary>A refresh token that a login gave instead of keeping the password.</summary>
    public string IdentityToken { get; init; } = "";
    /// <summary>A bearer token to be sent as it is.</summary>
    public string RegistryToken { get; init; } = "";
    public string ServerAddress { get; init; } = "";

    public bool HasPassword => Username.Length > 0 && Password.Length > 0;

    public override string ToString() => this == None ? "no credentials" : "credentials";
}
