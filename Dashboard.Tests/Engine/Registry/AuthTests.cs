using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Registry;
using Dashboard.Tests.Shared;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Tests.Engine.Registry;

/// <summary>Tokens and passwords (distribution, docs/spec/auth).</summary>
public sealed class AuthTests : IAsyncLifetime
{
    private static readonly RegistryCredentials s_user = new() { Username = "user", Password = "s3cret-word" };
    private readonly ConcurrentQueue<string> asked = new();
    private RegistryFixture fixture = null!;
    private int issued;

    public async ValueTask InitializeAsync()
    {
        fixture = await RegistryFixture.StartAsync();
        RemoteImages.Add(fixture.Remote, "a", "1", RemoteImages.Image("a:1", RemoteImages.Layer("x")));
    }

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task Bearer_Anonymous_GetsATokenForTheRepository()
    {
        fixture.Remote.Hook = BearerAsync;

        await fixture.PullAsync("a:1");

        Assert.Equal(["GET ?scope=repository%3Aa%3Apull&service=the%20service "], asked);
        Assert.Equal("Bearer token1", fixture.Remote.Authorizations.Last().Authorization);
    }

    [Fact]
    public async Task Bearer_Password_IsShownToTheTokenServerOnly()
    {
        fixture.Remote.Hook = BearerAsync;

        await fixture.PullAsync("a:1", s_user);

        Assert.Equal(["GET ?account=user&scope=repository%3Aa%3Apull&service=the%20service " + Basic(s_user)], asked);
        Assert.All(fixture.Remote.Authorizations.Where(each => each.Path != "/token"), each => Assert.DoesNotContain("Basic", each.Authorization ?? ""));
    }

    [Fact]
    public async Task Bearer_IdentityToken_IsExchanged()
    {
        fixture.Remote.Hook = BearerAsync;

        await fixture.PullAsync("a:1", new RegistryCredentials { IdentityToken = "refresh-me" });

        Assert.Equal(["POST  grant_type=refresh_token&refresh_token=refresh-me&client_id=docker&service=the+service&scope=repository%3Aa%3Apull"], asked);
    }

    [Fact]
    public async Task Bearer_RegistryToken_IsSentAsItIs()
    {
        issued = 7;
        fixture.Remote.Hook = BearerAsync;

        await fixture.PullAsync("a:1", new RegistryCredentials { RegistryToken = "token7" });

        Assert.Empty(asked);
    }

    [Fact]
    public async Task Bearer_TokenThatEnds_IsRenewedOnce()
    {
        var blobs = 0;
        fixture.Remote.Hook = async http =>
        {
            if (http.Request.Path.Value!.Contains("/blobs/") && Interlocked.Increment(ref blobs) == 1) issued++;
            return await BearerAsync(http);
        };

        await fixture.PullAsync("a:1");

        Assert.Equal(2, asked.Count);
        Assert.Equal("Bearer token3", fixture.Remote.Authorizations.Last().Authorization);
    }

    [Fact]
    public async Task Bearer_Push_AsksForBoth()
    {
        await fixture.PullAsync("a:1");
        await fixture.Local.Images.TagAsync(fixture.Name("a:1"), fixture.Name("b:1"), TestContext.Current.CancellationToken);
        fixture.Remote.Hook = BearerAsync;

        await fixture.PushAsync("b:1", s_user);

        Assert.Contains(asked, line => line.Contains("scope=repository%3Ab%3Apull%2Cpush&"));
    }

    [Fact]
    public async Task Bearer_NoAccess_IsPullAccessDenied()
    {
        fixture.Remote.Hook = async http =>
        {
            if (http.Request.Path.Value!.Contains("/manifests/") && http.Request.Headers.Authorization.Count > 0)
            {
                http.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{fixture.Remote.Url}token\",service=\"s\",scope=\"repository:a:pull\",error=\"insufficient_scope\"";
                return await FakeRegistry.RefuseAsync(http, 401, "UNAUTHORIZED", "authentication required");
            }
            return await BearerAsync(http);
        };

        var error = await fixture.FailsAsync(() => fixture.PullAsync("a:1"));

        Assert.Equal((ErrorKind.NotFound, $"pull access denied for {fixture.Name("a")}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Basic_Password_IsShown()
    {
        fixture.Remote.Hook = BasicAsync;

        await fixture.PullAsync("a:1", s_user);

        Assert.Equal(Basic(s_user), fixture.Remote.Authorizations.Last().Authorization);
    }

    [Fact]
    public async Task Basic_NoPassword_IsRefusedInDockersWords()
    {
        fixture.Remote.Hook = BasicAsync;

        Assert.Equal($"Head \"{fixture.Remote.Url}v2/a/manifests/1\": no basic auth credentials", (await fixture.FailsAsync(() => fixture.PullAsync("a:1"))).Message);
    }

    [Fact]
    public async Task Basic_WrongPassword_IsUnauthorizedAndNotShown()
    {
        fixture.Remote.Hook = BasicAsync;

        var error = await fixture.FailsAsync(() => fixture.PullAsync("a:1", s_user with { Password = "wr0ng-word" }));

        Assert.Equal("unauthorized: authentication required", error.Message);
        Assert.DoesNotContain("wr0ng-word", error.ToString());
        Assert.Equal("credentials", s_user.ToString());
    }

    [Fact]
    public async Task Login_Basic_SaysHowItWent()
    {
        fixture.Remote.Hook = BasicAsync;
        var here = s_user with { ServerAddress = fixture.Remote.Domain };

        Assert.Equal("", await fixture.Registries.LoginAsync(here, TestContext.Current.CancellationToken));
        Assert.Equal($"login attempt to {fixture.Remote.Url}v2/ failed with status: 401 Unauthorized", (await fixture.FailsAsync(() => fixture.Registries.LoginAsync(here with { Password = "x" }, default))).Message);
        Assert.Equal($"Get \"{fixture.Remote.Url}v2/\": no basic auth credentials", (await fixture.FailsAsync(() => fixture.Registries.LoginAsync(here with { Username = "" }, default))).Message);
    }

    [Fact]
    public async Task Login_Bearer_GivesTheIdentityToken()
    {
        fixture.Remote.Hook = BearerAsync;
        var here = s_user with { ServerAddress = "http://" + fixture.Remote.Domain + "/v1/" };

        Assert.Equal("refresh-me", await fixture.Registries.LoginAsync(here, TestContext.Current.CancellationToken));
        Assert.Equal(["GET ?account=user&offline_token=true&client_id=docker&service=the%20service " + Basic(s_user)], asked);
        var error = await fixture.FailsAsync(() => fixture.Registries.LoginAsync(here with { Password = "wrong" }, default));
        Assert.Equal((ErrorKind.Unauthorized, $"Get \"{fixture.Remote.Url}v2/\": unauthorized: incorrect username or password"), (error.Kind, error.Message));
    }

    private static string Basic(RegistryCredentials credentials) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}"));

    private async Task<bool> BasicAsync(HttpContext http)
    {
        if (http.Request.Headers.Authorization == Basic(s_user)) return false;
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
        return await FakeRegistry.RefuseAsync(http, 401, "UNAUTHORIZED", "authentication required");
    }

    /// <summary>A registry and its token server in one; only the newest token is good.</summary>
    private async Task<bool> BearerAsync(HttpContext http)
    {
        if (http.Request.Path == "/token")
        {
            await TokenAsync(http);
            return true;
        }
        if (http.Request.Headers.Authorization == "Bearer token" + issued) return false;
        http.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{fixture.Remote.Url}token\",service=\"the service\"";
        return await FakeRegistry.RefuseAsync(http, 401, "UNAUTHORIZED", "authentication required");
    }

    private async Task TokenAsync(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        asked.Enqueue($"{http.Request.Method} {http.Request.QueryString} {http.Request.Headers.Authorization}{await body.ReadToEndAsync()}");
        if (http.Request.Headers.Authorization.Count > 0 && http.Request.Headers.Authorization != Basic(s_user))
        {
            http.Response.StatusCode = 401;
            await http.Response.WriteAsync("""{"details":"incorrect username or password"}""");
            return;
        }
        await http.Response.WriteAsync(new JsonObject { ["token"] = $"token{++issued}", ["expires_in"] = 300, ["refresh_token"] = "refresh-me" }.ToJsonString());
    }
}
