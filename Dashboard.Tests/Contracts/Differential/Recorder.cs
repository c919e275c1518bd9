using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts.Differential;

/// <summary>Sends scenarios to one engine and keeps the answers. Each request has a connection of its own.</summary>
internal sealed partial class Recorder(IDockerHost host)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);
    private static readonly string[] s_headers =
    [
        "Content-Type", "Content-Length", "Transfer-Encoding", "Api-Version", "Docker-Experimental", "Ostype", "Builder-Version", "Swarm",
        "Cache-Control", "Pragma", "Connection", "Upgrade", "X-Docker-Container-Path-Stat", "Location",
    ];

    /// <summary>A command that runs until it is told to stop, and then stops at once.</summary>
    private const string Idle = """["sh","-c","trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"]""";

    private readonly Dictionary<string, string> _names = new() { ["idle"] = Idle };

    public async Task<IReadOnlyList<Answer>> RunAsync(Scenario scenario)
    {
        // Events and logs are asked for from here on.
        _names["began"] = Now();
        var answers = new List<Answer>();
        foreach (var step in scenario.Steps) answers.Add(await AskAsync(step));
        return answers;
    }

    private async Task<Answer> AskAsync(Step step)
    {
        var answer = step.Until is { } wanted ? await UntilAsync(step, wanted) : await SendAsync(step);
        if (step.Remember is { } name && answer.Status is 200 or 201) _names[name] = IdOf(step, answer);
        return answer;
    }

    private async Task<Answer> UntilAsync(Step step, string wanted)
    {
        var last = await SendAsync(step);
        try
        {
            await Eventually.GetAsync<object>(async () => Text(last = await SendAsync(step)).Contains(wanted, StringComparison.Ordinal) ? wanted : null, s_limit, () => $"{step} never says {wanted}");
            return last;
        }
        catch (TimeoutException e)
        {
            return last with { Failure = e.Message };
        }
    }

    private static string IdOf(Step step, Answer answer)
    {
        using var json = JsonDocument.Parse(answer.Body);
        return json.RootElement.GetProperty(step.Path.StartsWith("/images/create", StringComparison.Ordinal) ? "status" : "Id").GetString()!;
    }

    private async Task<Answer> SendAsync(Step step)
    {
        using var wire = await WireConnection.OpenAsync(host.SocketPath);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        // Whatever waits on the socket then fails, which is the answer.
        await using var end = limit.Token.Register(wire.Dispose);
        limit.CancelAfter(s_limit);
        try
        {
            await wire.SendAsync(step.Method, Escape(Fill(step.Path)), Body(step), step.ContentType is { } type ? [.. step.Headers, $"Content-Type: {type}"] : step.Headers);
            var headers = s_headers.Where(each => wire.Header(each) is not null).ToDictionary(each => each, each => wire.Header(each)!);
            var body = step.Method == "HEAD" || wire.Status is 204 or 304 ? [] : await wire.ReadBodyAsync();
            return new Answer(wire.Status, headers, body);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            return new Answer(wire.Status, new Dictionary<string, string>(), [], limit.IsCancellationRequested ? "no whole answer in time" : "the connection ended early");
        }
    }

    private byte[]? Body(Step step) => step.Body is not null && step.ContentType != "application/x-tar" ? Encoding.UTF8.GetBytes(Fill(Encoding.UTF8.GetString(step.Body))) : step.Body;

    private string Fill(string text) => Name().Replace(text, match => match.Groups[1].Value == "now" ? Now() : _names.GetValueOrDefault(match.Groups[1].Value, match.Value));

    private static string Escape(string path)
    {
        var versioned = Version().IsMatch(path) ? path : "/v1.41" + path;
        return Unsafe().Replace(versioned, match => Uri.EscapeDataString(match.Value));
    }

    private static string Now()
    {
        var now = DateTimeOffset.UtcNow;
        return string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()}.{now.Ticks % TimeSpan.TicksPerSecond * 100:000000000}");
    }

    private static string Text(Answer answer) => Encoding.UTF8.GetString(answer.Body);

    [GeneratedRegex("<([a-z0-9]+)>")]
    private static partial Regex Name();

    [GeneratedRegex(@"^/v\d|^/_ping$|^$")]
    private static partial Regex Version();

    [GeneratedRegex("""[^!-~]|["{}\[\]<>^`|\\]""")]
    private static partial Regex Unsafe();
}
