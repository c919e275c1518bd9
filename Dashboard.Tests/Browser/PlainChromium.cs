using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Browser;

/// <summary>
/// Chromium without Playwright, whose own books of a page lie in this process and would be counted as the server's memory.
/// Here a tab is in the background as in any window once another one is opened over it.
/// </summary>
internal sealed class PlainChromium : IAsyncDisposable
{
    private readonly string _directory = TestPlaces.NewWorkDirectory("plain-chromium");
    private readonly ClientWebSocket _socket = new();
    private Process? _process;
    private int _asked;

    public static async Task<PlainChromium> StartAsync()
    {
        var chromium = new PlainChromium();
        var start = new ProcessStartInfo("/usr/bin/chromium", ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-port=0", "--user-data-dir=" + chromium._directory, "about:blank"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        chromium._process = Process.Start(start)!;
        chromium._process.BeginErrorReadLine();
        chromium._process.BeginOutputReadLine();
        var ports = Path.Combine(chromium._directory, "DevToolsActivePort");
        var address = await Eventually.GetAsync(() => File.Exists(ports) && File.ReadAllLines(ports) is [var port, var path, ..] ? $"ws://127.0.0.1:{port}{path}" : null, TimeSpan.FromSeconds(60), () => "chromium does not listen");
        await chromium._socket.ConnectAsync(new Uri(address), TestContext.Current.CancellationToken);
        return chromium;
    }

    /// <summary>Opens a page in a window of its own or as a tab over the others, and says by what name it is closed.</summary>
    public async Task<string> OpenAsync(Uri address, bool ownWindow)
    {
        var opened = await AskAsync("Target.createTarget", new() { ["url"] = address.ToString(), ["newWindow"] = ownWindow });
        return opened.GetProperty("targetId").GetString()!;
    }

    public Task CloseAsync(string page) => AskAsync("Target.closeTarget", new() { ["targetId"] = page });

    public Task BringToFrontAsync(string page) => AskAsync("Target.activateTarget", new() { ["targetId"] = page });

    private async Task<JsonElement> AskAsync(string method, JsonObject parameters)
    {
        var question = new JsonObject { ["id"] = ++_asked, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(question), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var read = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            var answer = JsonDocument.Parse(buffer.AsMemory(0, read.Count)).RootElement;
            if (!answer.TryGetProperty("id", out var id) || id.GetInt32() != _asked) continue;
            return answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(answer.ToString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        await Eventually.TrueAsync(Removed, TimeSpan.FromSeconds(20), () => $"{_directory} is still written to");
    }

    // Its children outlive it by a moment.
    private bool Removed()
    {
        try
        {
            Directory.Delete(_directory, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
