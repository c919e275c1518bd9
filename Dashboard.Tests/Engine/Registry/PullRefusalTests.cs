using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dashboard.Engine.Images.Registry;
using Dashboard.Tests.Shared;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Tests.Engine.Registry;

/// <summary>Registries that lie, and what is not to be believed or followed.</summary>
public sealed class PullRefusalTests : IAsyncLifetime
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

    [Fact]
    public async Task Pull_BlobWithWrongBytes_IsRefusedAndLeavesNothing()
    {
        var wrong = s_blob.ToArray();
        wrong[^20] ^= 1;
        Remote.SetBlob(TestImage.Digest(s_blob), wrong);

        var error = await fixture.FailsAsync(() => fixture.PullAsync("a:1"));

        Assert.Equal($"filesystem layer verification failed for digest {TestImage.Digest(s_blob)}", error.Message);
        fixture.Local.AssertNothingIsThere();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Pull_BlobOfWrongLength_IsRefused(int more)
    {
        Remote.SetBlob(TestImage.Digest(s_blob), more < 0 ? s_blob[..^1] : [.. s_blob, 0]);

        var error = await fixture.FailsAsync(() => fixture.PullAsync("a:1"));

        Assert.Equal($"blob {TestImage.Digest(s_blob)} has {s_blob.Length + more} bytes, expected {s_blob.Length}", error.Message);
        fixture.Local.AssertNothingIsThere();
    }

    [Fact]
    public async Task Pull_EndlessBlob_IsCutOff()
    {
        Remote.Hook = async http =>
        {
            if (!http.Request.Path.Value!.Contains("/blobs/" + TestImage.Digest(s_blob))) return false;
            while (!http.RequestAborted.IsCancellationRequested) await http.Response.Body.WriteAsync(new byte[64 * 1024], CancellationToken.None).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };

        var error = await fixture.FailsAsync(() => fixture.PullAsync("a:1"));

        Assert.Equal($"blob {TestImage.Digest(s_blob)} has more than the expected {s_blob.Length} bytes", error.Message);
    }

    [Fact]
    public async Task Pull_ManifestOfAnotherDigest_IsRefused()
    {
        var digest = "sha256:" + new string('a', 64);
        Remote.AddManifest("a", digest, Remote.Manifest("a", "1"), RemoteImages.DockerType);

        var error = await fixture.FailsAsync(() => fixture.PullAsync("a@" + digest));

        Assert.Equal($"manifest verification failed for digest {digest}", error.Message);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"manifests":[],"layers":[],"config":{}}""", "invalid manifest: it is an index and an image at once")]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""", "schema 1")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:zz","size":1},"layers":[]}""", "is no digest")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","size":-1},"layers":[]}""", "has the size -1")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","size":1},"layers":[]}""", "this is no image")]
    [InlineData("[]", "invalid manifest: not an object")]
    [InlineData("<html>", "invalid manifest")]
    public async Task Pull_StrangeManifest_IsRefusedByName(string manifest, string message)
    {
        Remote.AddManifest("strange", "1", System.Text.Encoding.UTF8.GetBytes(manifest), RemoteImages.OciType);

        Assert.Contains(message, (await fixture.FailsAsync(() => fixture.PullAsync("strange:1"))).Message);
        fixture.Local.AssertNothingIsThere();
    }

    [Fact]
    public async Task Pull_LayerThatIsNotTheConfigs_IsRefused()
    {
        var config = s_image with { Layers = [RemoteImages.Layer("another")] };
        RemoteImages.Add(Remote, "liar", "1", s_image, config: config.ConfigurationBytes());

        Assert.Contains("invalid diffID for layer", (await fixture.FailsAsync(() => fixture.PullAsync("liar:1"))).Message);
        fixture.AssertNothingLeft();
        fixture.Local.AssertNothingIsThere();
    }

    [Fact]
    public async Task Pull_Redirect_GoesWithoutTheCredentials()
    {
        await using var store = await FakeRegistry.StartAsync();
        store.AddBlob(s_blob);
        Remote.Hook = http =>
        {
            var path = http.Request.Path.Value!;
            if (http.Request.Headers.Authorization.Count == 0)
            {
                http.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
                http.Response.StatusCode = 401;
                return Task.FromResult(true);
            }
            if (!path.Contains("/blobs/" + TestImage.Digest(s_blob))) return Task.FromResult(false);
            http.Response.Redirect($"{store.Url}v2/elsewhere/blobs/{TestImage.Digest(s_blob)}?signature=secret", permanent: false, preserveMethod: true);
            return Task.FromResult(true);
        };

        await fixture.PullAsync("a:1", new RegistryCredentials { Username = "user", Password = "password" });

        Assert.Null(Assert.Single(store.Authorizations).Authorization);
        Assert.Equal(s_image.Id, fixture.Local.Images.Get(fixture.Name("a:1")).Id);
    }

    [Fact]
    public async Task Pull_RedirectsWithoutEnd_AreRefusedAndShowNoQuery()
    {
        Remote.Hook = http =>
        {
            if (!http.Request.Path.Value!.Contains("/blobs/")) return Task.FromResult(false);
            http.Response.Redirect($"{http.Request.Path}?signature=secret", permanent: false, preserveMethod: true);
            return Task.FromResult(true);
        };

        var error = await fixture.FailsAsync(() => fixture.PullAsync("a:1"));

        Assert.Contains("stopped after 10 redirects", error.Message);
        Assert.DoesNotContain("secret", error.ToString());
    }

    [Fact]
    public async Task Pull_NobodyThere_SaysSoInGosWords()
    {
        var domain = Remote.Domain;
        await Remote.DisposeAsync();

        var error = await fixture.FailsAsync(() => fixture.PullAsync("a:1"));

        Assert.Equal($"Get \"http://{domain}/v2/\": dial tcp {domain}: connect: connection refused", error.Message);
    }

    [Fact]
    public async Task Pull_RedirectFromHttpsToHttp_IsRefused()
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        await using var secure = await FakeRegistry.StartAsync(certificate: certificate);
        RemoteImages.Add(secure, "a", "1", s_image);
        Remote.AddBlob(s_blob);
        secure.Hook = http =>
        {
            if (!http.Request.Path.Value!.Contains("/blobs/" + TestImage.Digest(s_blob))) return Task.FromResult(false);
            http.Response.Redirect(Remote.Url + "v2/a/blobs/" + TestImage.Digest(s_blob), permanent: false, preserveMethod: true);
            return Task.FromResult(true);
        };
        Remote.Requests.Clear();

        var error = await fixture.FailsAsync(() => fixture.Registries.PullAsync(secure.Domain + "/a:1", null, RegistryCredentials.None, fixture, TestContext.Current.CancellationToken));

        Assert.Contains("redirected from HTTPS to http://", error.Message);
        Assert.Empty(Remote.Requests);
    }
}
