using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Dashboard.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dashboard.Tests.Engine.Registry;

/// <summary>
/// A registry in this process (distribution-spec) with everything in memory, and a hook before each request by which a test makes it
/// misbehave. What it was asked and what it sent is recorded.
/// </summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new();
    private readonly ConcurrentDictionary<string, (byte[] Bytes, string Type)> _manifests = new();
    private readonly ConcurrentDictionary<string, MemoryStream> _uploads = new();

    private FakeRegistry(WebApplication app) => _app = app;

    public string Domain { get; private set; } = "";
    public Uri Url { get; private set; } = null!;

    /// <summary><c>GET /v2/… [bytes=5-]</c>, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();
    public ConcurrentQueue<(string Path, string? Authorization)> Authorizations { get; } = new();
    /// <summary>Bytes of blobs that were sent.</summary>
    public long BytesSent;

    /// <summary>True: it has answered, and nothing else is to be done.</summary>
    public Func<HttpContext, Task<bool>> Hook { get; set; } = _ => Task.FromResult(false);

    /// <summary>Its own way to send a blob; the argument is the part that was asked for.</summary>
    public Func<HttpContext, ReadOnlyMemory<byte>, Task>? Sender { get; set; }
    public bool KnowsRanges { get; set; } = true;
    public bool ChecksMounts { get; set; } = true;

    /// <param name="socket">A unix socket to listen on, instead of a port of loopback.</param>
    /// <param name="certificate">By HTTPS.</param>
    public static async Task<FakeRegistry> StartAsync(string? socket = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            if (socket is not null) kestrel.ListenUnixSocket(socket);
            if (certificate is not null) kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        if (socket is null && certificate is null) builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var registry = new FakeRegistry(app);
        app.Run(registry.ServeAsync);
        await app.StartAsync();
        if (socket is null) registry.Url = new Uri(app.Urls.First() + "/");
        if (socket is null) registry.Domain = registry.Url.Authority;
        return registry;
    }

    public static Task Abort(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    public static async Task<bool> RefuseAsync(HttpContext http, int status, string code = "", string message = "")
    {
        http.Response.StatusCode = status;
        if (code.Length > 0) await http.Response.WriteAsync(new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }) }.ToJsonString());
        return true;
    }

    public string AddBlob(byte[] bytes)
    {
        var digest = TestImage.Digest(bytes);
        _blobs[digest] = bytes;
        return digest;
    }

    /// <summary>For blobs that are not what their name says.</summary>
    public void SetBlob(string digest, byte[] bytes) => _blobs[digest] = bytes;

    public bool HasBlob(string digest) => _blobs.ContainsKey(digest);
    public int OpenUploads => _uploads.Count;
    public IEnumerable<string> Tags(string repository) => _manifests.Keys.Where(key => key.StartsWith(repository + " ", StringComparison.Ordinal) && !key.Contains("sha256:")).Select(key => key.Split(' ')[1]);
    public byte[] Manifest(string repository, string reference) => _manifests[$"{repository} {reference}"].Bytes;

    public string AddManifest(string repository, string? tag, byte[] bytes, string type)
    {
        var digest = TestImage.Digest(bytes);
        _manifests[$"{repository} {digest}"] = (bytes, type);
        if (tag is not null) _manifests[$"{repository} {tag}"] = (bytes, type);
        return digest;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        Requests.Enqueue($"{http.Request.Method} {path}{(http.Request.Headers.Range.Count > 0 ? " " + http.Request.Headers.Range : "")}");
        Authorizations.Enqueue((path, http.Request.Headers.Authorization.FirstOrDefault()));
        if (await Hook(http)) return;
        if (path == "/v2/") return;
        if (!path.StartsWith("/v2/", StringComparison.Ordinal))
        {
            http.Response.StatusCode = 404;
            return;
        }
        var rest = path["/v2/".Length..];
        if (Split(rest, "/manifests/") is var (repository, reference) && repository.Length > 0) await ManifestAsync(http, repository, reference);
        else if (Split(rest, "/blobs/uploads/") is var (target, session) && target.Length > 0) await UploadAsync(http, target, session);
        else if (Split(rest, "/blobs/") is var (_, digest) && digest.Length > 0) await BlobAsync(http, digest);
        else if (rest.EndsWith("/tags/list", StringComparison.Ordinal)) await TagsAsync(http, rest[..^"/tags/list".Length]);
        else http.Response.StatusCode = 404;
    }

    private static (string Left, string Right) Split(string text, string separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + separator.Length)..]) : ("", "");

    private async Task ManifestAsync(HttpContext http, string repository, string reference)
    {
        if (http.Request.Method == "PUT")
        {
            var digest = AddManifest(repository, reference, await BodyAsync(http), http.Request.ContentType!);
            http.Response.StatusCode = 201;
            http.Response.Headers["Docker-Content-Digest"] = digest;
            return;
        }
        if (!_manifests.TryGetValue($"{repository} {reference}", out var manifest))
        {
            await RefuseAsync(http, 404, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }
        http.Response.ContentType = manifest.Type;
        http.Response.Headers["Docker-Content-Digest"] = TestImage.Digest(manifest.Bytes);
        http.Response.ContentLength = manifest.Bytes.Length;
        if (http.Request.Method == "GET") await http.Response.Body.WriteAsync(manifest.Bytes);
    }

    private async Task BlobAsync(HttpContext http, string digest)
    {
        if (!_blobs.TryGetValue(digest, out var blob))
        {
            await RefuseAsync(http, 404, "BLOB_UNKNOWN", "blob unknown to registry");
            return;
        }
        var offset = KnowsRanges && http.Request.GetTypedHeaders().Range?.Ranges.Single().From is { } from ? (int)from : 0;
        if (offset > 0)
        {
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {offset}-{blob.Length - 1}/{blob.Length}";
        }
        http.Response.ContentLength = blob.Length - offset;
        if (http.Request.Method != "GET") return;
        if (Sender is not null) await Sender(http, blob.AsMemory(offset));
        else await SendAsync(http, blob.AsMemory(offset));
    }

    public async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> bytes)
    {
        Interlocked.Add(ref BytesSent, bytes.Length);
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private async Task UploadAsync(HttpContext http, string repository, string session)
    {
        var query = http.Request.Query;
        switch (http.Request.Method)
        {
            case "POST" when query["mount"].FirstOrDefault() is { } mount && ChecksMounts && HasBlob(mount):
                http.Response.StatusCode = 201;
                return;
            case "POST":
                session = Guid.NewGuid().ToString("N");
                _uploads[session] = new MemoryStream();
                http.Response.StatusCode = 202;
                break;
            case "DELETE":
                _uploads.TryRemove(session, out _);
                http.Response.StatusCode = 204;
                return;
            case var _ when !_uploads.ContainsKey(session):
                await RefuseAsync(http, 404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
                return;
            case "GET":
                http.Response.StatusCode = 204;
                break;
            case "PATCH":
                await ReceiveAsync(http, _uploads[session]);
                http.Response.StatusCode = 202;
                break;
            default:
                await CloseAsync(http, session, query["digest"].First()!);
                return;
        }
        http.Response.Headers.Location = $"/v2/{repository}/blobs/uploads/{session}?_state=x";
        http.Response.Headers["Range"] = $"0-{Math.Max(0, _uploads[session].Length - 1)}";
    }

    private async Task CloseAsync(HttpContext http, string session, string digest)
    {
        await ReceiveAsync(http, _uploads[session]);
        _uploads.TryRemove(session, out var content);
        if (TestImage.Digest(content!.ToArray()) == digest)
        {
            AddBlob(content.ToArray());
            http.Response.StatusCode = 201;
        }
        else await RefuseAsync(http, 400, "DIGEST_INVALID", "provided digest did not match uploaded content");
    }

    // Keeps what has come when the sender is gone.
    private static async Task ReceiveAsync(HttpContext http, MemoryStream into)
    {
        var chunk = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(chunk, http.RequestAborted) is > 0 and var count) into.Write(chunk, 0, count);
    }

    /// <summary>Keeps the beginning of an upload.</summary>
    public async Task TakeAsync(HttpContext http, int bytes)
    {
        var into = _uploads[http.Request.Path.Value!.Split('/')[^1]];
        var chunk = new byte[bytes];
        await http.Request.Body.ReadExactlyAsync(chunk, http.RequestAborted);
        into.Write(chunk);
    }

    private async Task TagsAsync(HttpContext http, string repository)
    {
        const int page = 2;
        var tags = Tags(repository).Order(StringComparer.Ordinal).ToList();
        if (tags.Count == 0)
        {
            await RefuseAsync(http, 404, "NAME_UNKNOWN", "repository name not known to registry");
            return;
        }
        var last = http.Request.Query["last"].FirstOrDefault() ?? "";
        var rest = tags.Where(tag => string.CompareOrdinal(tag, last) > 0).ToList();
        if (rest.Count > page) http.Response.Headers.Link = $"</v2/{repository}/tags/list?last={rest[page - 1]}&n={page}>; rel=\"next\"";
        await http.Response.WriteAsync(new JsonObject { ["name"] = repository, ["tags"] = new JsonArray([.. rest.Take(page).Select(tag => (JsonNode)tag)]) }.ToJsonString());
    }

    private static async Task<byte[]> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
