using Dashboard.Engine.Images.Registry;
using Dashboard.Tests.Shared;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Tests.Engine.Registry;

/// <summary>Pulls from registries and over networks that fail.</summary>
public sealed class PullFaultTests : IAsyncLifetime
{
    private static readonly byte[] s_layer = RemoteImages.Layer("x", 400_000);
    private static readonly byte[] s_blob = TestImage.Gzip(s_layer);
    private static readonly TestImage s_image = RemoteImages.Image("a:1", s_layer);
    private RegistryFixture fixture = null!;

    private FakeRegistry Remote => fixture.Remote;

    public async ValueTask InitializeAsync()
    {
        fixture = await RegistryFixture.StartAsync();
        RemoteImages.Add(Remote, "a", "1", s_image);
    }

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(131_072)]
    [InlineData(250_001)]
    [InlineData(-1)]
    public async Task Pull_ConnectionCutAtAnyByte_GoesOnFromThere(int cut)
    {
        var at = cut < 0 ? s_blob.Length + cut : cut;
        CutAt(at, times: 1);

        await fixture.PullAsync("a:1");

        Assert.Equal(s_image.Id, fixture.Local.Images.Get(fixture.Name("a:1")).Id);
        Assert.Equal(s_blob.Length, Remote.BytesSent);
        Assert.Equal(at > 0, Remote.Requests.Any(line => line.EndsWith($" bytes={at}-", StringComparison.Ordinal)));
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Pull_CutManyTimes_GoesOnAsLongAsItMovesOn()
    {
        CutAt(20_000, times: 15);

        await fixture.PullAsync("a:1");

        Assert.Equal(s_blob.Length, Remote.BytesSent);
        Assert.Contains(fixture.Progress, line => line.Status.StartsWith("Retrying in ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pull_CutWithoutRanges_IsRightAllTheSame()
    {
        Remote.KnowsRanges = false;
        CutAt(100_000, times: 2);

        await fixture.PullAsync("a:1");

        Assert.True(File.Exists(fixture.FileOf("a:1", 0, "d/x")));
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Pull_Stall_IsTriedAgain()
    {
        await using var impatient = await RegistryFixture.StartAsync(_ => RegistryFixture.Impatient with { StallTimeout = TimeSpan.FromMilliseconds(300) });
        RemoteImages.Add(impatient.Remote, "a", "1", s_image);
        var first = true;
        impatient.Remote.Sender = async (http, bytes) =>
        {
            var stalls = first && bytes.Length == s_blob.Length;
            await impatient.Remote.SendAsync(http, stalls ? bytes[..50_000] : bytes);
            if (!stalls) return;
            first = false;
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };

        await impatient.PullAsync("a:1");

        Assert.Equal(s_blob.Length + s_image.ConfigurationBytes().Length, impatient.Remote.BytesSent);
        impatient.AssertNothingLeft();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Pull_Overloaded_IsTriedAgain(int status)
    {
        var times = 0;
        Remote.Hook = async http => !http.Request.Path.Value!.EndsWith("/v2/", StringComparison.Ordinal) && Interlocked.Increment(ref times) % 3 != 0 && await FakeRegistry.RefuseAsync(http, status);

        await fixture.PullAsync("a:1");

        Assert.Equal(s_image.Id, fixture.Local.Images.Get(fixture.Name("a:1")).Id);
    }

    [Fact]
    public async Task Pull_RetryAfter_IsHonoured()
    {
        var refused = false;
        Remote.Hook = async http =>
        {
            if (!http.Request.Path.Value!.Contains("/blobs/" + TestImage.Digest(s_blob)) || refused) return false;
            refused = true;
            http.Response.Headers.RetryAfter = "1";
            return await FakeRegistry.RefuseAsync(http, 429, "TOOMANYREQUESTS", "slow down");
        };
        var clock = System.Diagnostics.Stopwatch.StartNew();

        await fixture.PullAsync("a:1");

        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(0.95), $"after {clock.Elapsed}");
        Assert.Contains("Retrying in 1 second", fixture.States(TestImage.Digest(s_blob)));
    }

    [Fact]
    public async Task Pull_LimitForHours_FailsAtOnceWithTheReason()
    {
        Remote.Hook = async http =>
        {
            if (!http.Request.Path.Value!.Contains("/manifests/")) return false;
            http.Response.Headers["RateLimit-Reset"] = "21600";
            return await FakeRegistry.RefuseAsync(http, 429, "TOOMANYREQUESTS", "You have reached your pull rate limit.");
        };

        var error = await fixture.FailsAsync(() => fixture.PullAsync("a:1"));

        Assert.Equal("toomanyrequests: You have reached your pull rate limit.", error.Message);
        Assert.Equal((1, 1), (fixture.Count("HEAD"), fixture.Count("GET /v2/a/")));
    }

    [Fact]
    public async Task Pull_AlwaysBroken_SaysWhatAndEnds()
    {
        Remote.Hook = async http => http.Request.Path.Value!.Contains("/blobs/" + TestImage.Digest(s_blob)) && await FakeRegistry.RefuseAsync(http, 502);

        var error = await fixture.FailsAsync(() => fixture.PullAsync("a:1"));

        Assert.Equal("received unexpected HTTP status: 502 Bad Gateway", error.Message);
        Assert.Equal(4, fixture.FetchedBlobs.Count(line => line.Contains(TestImage.Digest(s_blob))));
        fixture.Local.AssertNothingIsThere();
    }

    [Fact]
    public async Task Pull_Cancelled_LeavesNothing()
    {
        using var cancel = new CancellationTokenSource();
        Remote.Sender = async (http, bytes) =>
        {
            if (bytes.Length < 100_000)
            {
                await Remote.SendAsync(http, bytes);
                return;
            }
            await Remote.SendAsync(http, bytes[..100_000]);
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.PullAsync("a:1", cancellationToken: cancel.Token));

        fixture.AssertNothingLeft();
        fixture.Local.AssertNothingIsThere();
    }

    [Fact]
    public async Task Pull_OneOfTwoCancelled_TheOtherGoesOn()
    {
        RemoteImages.Add(Remote, "b", "1", RemoteImages.Image("b:1", s_layer, RemoteImages.Layer("more")));
        using var cancel = new CancellationTokenSource();
        var half = new TaskCompletionSource();
        var onward = new TaskCompletionSource();
        Remote.Sender = async (http, bytes) =>
        {
            if (bytes.Length != s_blob.Length)
            {
                await Remote.SendAsync(http, bytes);
                return;
            }
            await Remote.SendAsync(http, bytes[..100_000]);
            half.TrySetResult();
            await onward.Task;
            await Remote.SendAsync(http, bytes[100_000..]);
        };
        var first = fixture.PullAsync("a:1", cancellationToken: cancel.Token);
        await half.Task;
        var second = fixture.PullAsync("b:1");
        await Eventually.TrueAsync(() => fixture.States(TestImage.Digest(s_blob)).Count > 0 && fixture.Count("GET /v2/b/blobs/") >= 2, TimeSpan.FromSeconds(10), () => "the second pull does not begin");

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        onward.SetResult();
        await second;

        Assert.Equal(1, fixture.FetchedBlobs.Count(line => line.Contains(TestImage.Digest(s_blob))));
        Assert.True(File.Exists(fixture.FileOf("b:1", 0, "d/x")));
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Pull_AfterFailureAndRestart_FetchesOnlyTheRest()
    {
        byte[] other = RemoteImages.Layer("other", 50_000);
        RemoteImages.Add(Remote, "b", "1", RemoteImages.Image("b:1", other, s_layer));
        Remote.Sender = async (http, bytes) =>
        {
            await Remote.SendAsync(http, bytes[..Math.Min(bytes.Length, 150_000)]);
            if (bytes.Length > 150_000) Remote.Hook = next => FakeRegistry.RefuseAsync(next, 500);
        };
        await fixture.FailsAsync(() => fixture.PullAsync("b:1"));
        Remote.Hook = _ => Task.FromResult(false);
        Remote.Sender = null;

        fixture.Restart();
        await fixture.PullAsync("b:1");

        Assert.Contains(Remote.Requests, line => line.Contains($"{TestImage.Digest(s_blob)} bytes=150000-"));
        Assert.True(File.Exists(fixture.FileOf("b:1", 1, "d/x")));
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Pull_PartsThatWereDamaged_AreFetchedAnew()
    {
        Directory.CreateDirectory(fixture.Partial);
        await File.WriteAllBytesAsync(Path.Combine(fixture.Partial, TestImage.Digest(s_blob)["sha256:".Length..]), new byte[1000]);

        await fixture.PullAsync("a:1");

        Assert.Equal(s_image.Id, fixture.Local.Images.Get(fixture.Name("a:1")).Id);
        Assert.Equal(["bytes=1000-", ""], fixture.FetchedBlobs.Where(line => line.Contains(TestImage.Digest(s_blob))).Select(line => line.Split(' ').ElementAtOrDefault(2) ?? ""));
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Pull_PartsOfLongAgo_AreRemovedAtTheStart()
    {
        var old = Path.Combine(fixture.Partial, new string('a', 64));
        var young = Path.Combine(fixture.Partial, new string('b', 64));
        await File.WriteAllTextAsync(old, "old");
        await File.WriteAllTextAsync(young, "young");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow - TimeSpan.FromDays(2));

        fixture.Restart();

        Assert.Equal([young], Directory.GetFiles(fixture.Partial));
    }

    /// <summary>Sends so many bytes of the layer, then breaks the connection.</summary>
    private void CutAt(int bytes, int times)
    {
        Remote.Sender = async (http, rest) =>
        {
            if (!http.Request.Path.Value!.Contains(TestImage.Digest(s_blob)))
            {
                await http.Response.Body.WriteAsync(rest, http.RequestAborted);
                return;
            }
            if (times <= 0)
            {
                await Remote.SendAsync(http, rest);
                return;
            }
            times--;
            // Flushed bytes may still be dropped by a reset; what was not received was not sent.
            var part = rest[..Math.Min(bytes, rest.Length)];
            await Remote.SendAsync(http, part);
            await Received(part.Length, http);
            http.Abort();
        };
    }

    /// <summary>Until the client has what was sent: it stands in its file.</summary>
    private async Task Received(int bytes, HttpContext http)
    {
        var from = http.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0;
        var file = Path.Combine(fixture.Partial, TestImage.Digest(s_blob)["sha256:".Length..]);
        await Eventually.TrueAsync(() => new FileInfo(file) is { Exists: true } info && info.Length >= (Remote.KnowsRanges ? from : 0) + bytes, TimeSpan.FromSeconds(10), () => "the client does not receive");
    }
}
