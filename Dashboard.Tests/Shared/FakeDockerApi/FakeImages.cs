using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dashboard.Tests.Shared.FakeDocker;

/// <summary>The images of a fake engine, and what it does with an upload and with a container to be created.</summary>
internal sealed class FakeImages
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = null };

    /// <summary>Tags by id.</summary>
    public ConcurrentDictionary<string, string[]> Tags { get; } = new();

    /// <summary>Answers an upload; the test decides how much of it is read.</summary>
    public Func<HttpContext, Task> Receive { get; set; } = context => context.Response.WriteAsync("{\"stream\":\"Loaded image: app:1\\n\"}\n");

    /// <summary>What containers were created with, by name.</summary>
    public ConcurrentDictionary<string, JsonElement> Created { get; } = new();

    /// <summary>Why it refuses to create, if it does.</summary>
    public (int Status, string Message)? RefusesToCreate { get; set; }

    public (int Status, string Message)? RefusesToStart { get; set; }

    /// <summary>Ids of containers that were taken away.</summary>
    public ConcurrentQueue<string> Removed { get; } = new();

    public static string IdOf(string name) => "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));

    /// <summary>An image with these tags; returns its id.</summary>
    public string Add(string name, params string[] tags)
    {
        Tags[IdOf(name)] = tags;
        return IdOf(name);
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/images/json", () => Results.Json(Tags.Select(image => new { Id = image.Key, RepoTags = image.Value, RepoDigests = Array.Empty<string>(), Created = 1_700_000_000, Size = 5L << 20, Containers = -1, SharedSize = -1 }).ToList(), s_json));
        routes.MapGet("/images/{**name}", Inspect);
        routes.MapPost("/images/load", (HttpContext context) => Receive(context));
        routes.MapPost("/images/create", (HttpContext context) => Receive(context));
        routes.MapGet("/networks", () => Results.Json(Array.Empty<object>(), s_json));
        routes.MapPost("/containers/create", (Delegate)CreateAsync);
        routes.MapPost("/containers/{id}/start", (string id) => RefusesToStart is { } refusal ? Refuse(refusal) : Results.StatusCode(204));
        routes.MapDelete("/containers/{id}", (string id) =>
        {
            Removed.Enqueue(id);
            return Results.StatusCode(204);
        });
    }

    private IResult Inspect(string name)
    {
        var wanted = name[..name.LastIndexOf('/')];
        return Tags.FirstOrDefault(image => image.Key == wanted || image.Value.Contains(wanted)) is { Key: { } id } found
            ? Results.Json(new { Id = id, RepoTags = found.Value, Created = "2026-01-31T12:34:56Z", Architecture = "amd64", Os = "linux", Size = 5L << 20, Config = new { Cmd = new[] { "serve", "two words" }, ExposedPorts = new Dictionary<string, object> { ["80/tcp"] = new { } } } }, s_json)
            : Refuse((404, $"No such image: {wanted}"));
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        if (RefusesToCreate is { } refusal) return Refuse(refusal);
        Created[context.Request.Query["name"].ToString()] = body.RootElement.Clone();
        return Results.Json(new { Id = new string('c', 64), Warnings = Array.Empty<string>() }, s_json, statusCode: 201);
    }

    private static IResult Refuse((int Status, string Message) refusal) => Results.Json(new { message = refusal.Message }, s_json, statusCode: refusal.Status);
}
