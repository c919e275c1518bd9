using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dashboard.Bench;

/// <summary>The few calls that are measured, over one kept-alive unix socket connection per caller: no client library in between.</summary>
internal sealed class EngineClient(string socketPath) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://docker/v1.41/"),
        Timeout = TimeSpan.FromMinutes(5),
    };

    public Task<string> CreateAsync(string image, string network, params string[] command) => CreateWithBindAsync(image, network, null, command);

    /// <param name="image">An image that is there.</param>
    /// <param name="network">none, bridge, …</param>
    /// <param name="bind">host-path:path, or null.</param>
    /// <param name="command">What to run.</param>
    public async Task<string> CreateWithBindAsync(string image, string network, string? bind, params string[] command)
    {
        var request = new JsonObject
        {
            ["Image"] = image,
            ["Cmd"] = new JsonArray([.. command.Select(word => (JsonNode)word)]),
            ["HostConfig"] = new JsonObject { ["NetworkMode"] = network, ["Binds"] = bind is null ? null : new JsonArray(bind) },
        };
        return (await PostAsync("containers/create", request)).GetProperty("Id").GetString()!;
    }

    public Task StartAsync(string id) => PostAsync($"containers/{id}/start", null);

    public async Task<int> WaitAsync(string id) => (await PostAsync($"containers/{id}/wait", null)).GetProperty("StatusCode").GetInt32();

    public async Task RemoveAsync(string id)
    {
        using var response = await _http.DeleteAsync($"containers/{id}?force=1");
        await EnsureAsync(response);
    }

    /// <summary>create + start with the output read to its end + inspect: what `docker exec` asks.</summary>
    public async Task<int> ExecAsync(string id, params string[] command)
    {
        var request = new JsonObject { ["AttachStdout"] = true, ["AttachStderr"] = true, ["Cmd"] = new JsonArray([.. command.Select(word => (JsonNode)word)]) };
        var exec = (await PostAsync($"containers/{id}/exec", request)).GetProperty("Id").GetString()!;
        using var started = await _http.PostAsJsonAsync($"exec/{exec}/start", new JsonObject { ["Detach"] = false, ["Tty"] = false });
        await EnsureAsync(started);
        await started.Content.ReadAsByteArrayAsync();
        return (await _http.GetFromJsonAsync<JsonElement>($"exec/{exec}/json")).GetProperty("ExitCode").GetInt32();
    }

    public async Task<int> ListAsync() => (await _http.GetFromJsonAsync<JsonElement>("containers/json")).GetArrayLength();

    /// <summary>The bytes of the whole log as they come over the wire.</summary>
    public async Task<long> ReadLogAsync(string id)
    {
        using var response = await _http.GetAsync($"containers/{id}/logs?stdout=1", HttpCompletionOption.ResponseHeadersRead);
        await EnsureAsync(response);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[256 * 1024];
        var frames = new FrameCounter();
        while (await body.ReadAsync(buffer) is var count and > 0) frames.Add(buffer.AsSpan(0, count));
        return frames.Payload;
    }

    /// <summary>A body that goes on: logs?follow=1, stats, … The caller disposes it.</summary>
    public async Task<Stream> OpenAsync(string path)
    {
        var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        await EnsureAsync(response);
        return await response.Content.ReadAsStreamAsync();
    }

    /// <summary>Sends a tar and reads the progress to its end; an error in it is thrown.</summary>
    public async Task UploadAsync(string path, Stream tar)
    {
        using var content = new StreamContent(tar, 1 << 18);
        content.Headers.ContentType = new("application/x-tar");
        using var response = await _http.PostAsync(path, content);
        await EnsureAsync(response);
        var progress = await response.Content.ReadAsStringAsync();
        if (progress.Contains("\"error\"", StringComparison.Ordinal)) throw new InvalidOperationException($"{path}: {progress}");
    }

    public async Task RemoveImageAsync(string image)
    {
        using var response = await _http.DeleteAsync($"images/{image}?force=1");
        await EnsureAsync(response);
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> PostAsync(string path, JsonObject? body)
    {
        using var response = body is null ? await _http.PostAsync(path, null) : await _http.PostAsJsonAsync(path, body);
        await EnsureAsync(response);
        var text = await response.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private static async Task EnsureAsync(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{response.RequestMessage!.RequestUri}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
