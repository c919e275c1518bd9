using System.Text.Json.Serialization;

namespace Dashboard.Engine.Images.Registry.Auth;

/// <summary>distribution, docs/spec/auth/token.md: <c>{"token":"…","expires_in":300,"issued_at":"2024-01-02T03:04:05Z"}</c>, or OAuth 2's names.</summary>
internal sealed record TokenAnswer
{
    public string? Token { get; set; }
    [JsonPropertyName("access_token")] public string? AccessToken { get; set; }
    [JsonPropertyName("refresh_token")] public string? RefreshToken { get; set; }
    /// <summary>Seconds.</summary>
    [JsonPropertyName("expires_in")] public double? ExpiresIn { get; set; }

    public override string ToString() => "a token";
}
