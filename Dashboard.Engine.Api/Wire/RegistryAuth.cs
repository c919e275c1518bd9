using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Registry;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Engine.Api.Wire;

/// <summary>The header X-Registry-Auth: base64url of an <see cref="AuthConfig"/>.</summary>
internal static class RegistryAuth
{
    public const string Header = "X-Registry-Auth";

    /// <summary>What cannot be read counts as no credentials, as in dockerd: old clients send anything.</summary>
    public static RegistryCredentials Read(HttpRequest request) => request.Headers[Header].FirstOrDefault() is { Length: > 0 } header && Parse(header) is { } config
        ? Of(config)
        : RegistryCredentials.None;

    public static RegistryCredentials Of(AuthConfig config)
    {
        var (username, password) = (config.username ?? "", config.password ?? "");
        if (username.Length == 0 && config.auth is { Length: > 0 } auth && Decode(auth) is { } pair && pair.Split(':', 2) is [var left, var right]) (username, password) = (left, right);
        return new RegistryCredentials
        {
            Username = username,
            Password = password,
            IdentityToken = config.identitytoken ?? "",
            RegistryToken = config.registrytoken ?? "",
            ServerAddress = config.serveraddress ?? "",
        };
    }

    private static AuthConfig? Parse(string header)
    {
        try
        {
            if (Decode(header) is not { } json) return null;
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? JsonBody.Decode<AuthConfig>(document.RootElement, "types.AuthConfig") : null;
        }
        catch (Exception error) when (error is JsonException or EngineException)
        {
            return null;
        }
    }

    private static string? Decode(string base64)
    {
        var text = base64.Trim().Replace('+', '-').Replace('/', '_');
        return Base64Url.IsValid(text) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)) : null;
    }
}
