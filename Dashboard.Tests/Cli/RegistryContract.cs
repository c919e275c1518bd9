using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>The real client, an engine, and Debian's registry.</summary>
public abstract class RegistryContract(HostFixture fixture) : CliTest(fixture)
{
    private readonly TestImage image = TestImages.Of("pushed:1", new JsonObject { ["Cmd"] = new JsonArray("cat", "/d/a") },
        new LayerBuilder().Directory("d/").File("d/a", "from the registry").ToArray());

    [Fact]
    public async Task Push_ThenPull_IsTheSameImage()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network);
        var name = registry.Domain + "/team/app:1";
        var digest = await PushAsync(name);
        await RemoveAsync(name);

        var pulled = await Docker.OkAsync("pull", name);

        Assert.Contains("1: Pulling from team/app\n", pulled);
        Assert.Contains("Pull complete", pulled);
        Assert.EndsWith($"Digest: {digest}\nStatus: Downloaded newer image for {name}\n{name}", pulled);
        Assert.Equal(image.Id, await Docker.OkAsync("image", "inspect", "--format", "{{.Id}}", name));
        Assert.Equal($"[{registry.Domain}/team/app@{digest}]", await Docker.OkAsync("image", "inspect", "--format", "{{.RepoDigests}}", name));
        Assert.Equal(digest, await Docker.OkAsync("images", "--digests", "--format", "{{.Digest}}", registry.Domain + "/team/app"));
        Assert.Equal("from the registry", await Docker.OkAsync("run", "--rm", name));
        Assert.Equal($"1: Pulling from team/app\nDigest: {digest}\nStatus: Image is up to date for {name}\n{name}", await Docker.OkAsync("pull", name));
        Assert.Equal(name, await Docker.OkAsync("pull", "-q", name));
        await RemoveAsync(name);
    }

    [Fact]
    public async Task Push_Twice_SaysWhatIsThere()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network);
        var (first, second) = (registry.Domain + "/team/app:1", registry.Domain + "/other/app:2");
        await PushAsync(first);

        var again = await Docker.OkAsync("push", first);
        await Docker.OkAsync("tag", first, second);
        var mounted = await Docker.OkAsync("push", second);

        Assert.StartsWith($"The push refers to repository [{registry.Domain}/team/app]\n", again);
        Assert.Equal(2, again.Split("Layer already exists").Length - 1);
        Assert.Equal(2, mounted.Split("Mounted from team/app").Length - 1);
        await Docker.OkAsync("rmi", second);
        await RemoveAsync(first);
    }

    [Fact]
    public async Task Run_MissingImage_PullsIt()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network);
        var name = registry.Domain + "/team/app:1";
        await PushAsync(name);
        await RemoveAsync(name);

        var run = (await Docker.RunAsync("run", "--rm", name)).MustSucceed();

        Assert.Equal("from the registry", run.Text);
        Assert.StartsWith($"Unable to find image '{name}' locally\n1: Pulling from team/app\n", run.Stderr);
        await RemoveAsync(name);
    }

    [Fact]
    public async Task Pull_ByDigest_HasNoTag()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network);
        var name = registry.Domain + "/team/app:1";
        var byDigest = $"{registry.Domain}/team/app@{await PushAsync(name)}";
        await RemoveAsync(name);

        var pulled = await Docker.OkAsync("pull", byDigest);

        Assert.StartsWith($"{byDigest}: Pulling from team/app\n", pulled);
        Assert.EndsWith($"Status: Downloaded newer image for {byDigest}\n{byDigest}", pulled);
        Assert.Equal($"<none> {byDigest.Split('@')[1]}", await Docker.OkAsync("images", "--digests", "--format", "{{.Tag}} {{.Digest}}", registry.Domain + "/team/app"));
        Assert.Equal("from the registry", await Docker.OkAsync("run", "--rm", byDigest));
        await Docker.OkAsync("rmi", byDigest);
    }

    [Fact]
    public async Task Pull_AllTags_PullsEach()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network);
        var repository = registry.Domain + "/team/app";
        await PushAsync(repository + ":1");
        await Docker.OkAsync("tag", repository + ":1", repository + ":2");
        await Docker.OkAsync("push", "--all-tags", repository);
        await Docker.OkAsync("rmi", repository + ":1", repository + ":2");

        var pulled = await Docker.OkAsync("pull", "-a", repository);

        Assert.EndsWith($"Status: Downloaded newer image for {repository}\n{repository}", pulled);
        Assert.Equal(["1", "2"], (await Docker.RunAsync("images", "--format", "{{.Tag}}", repository)).MustSucceed().Lines.Order());
        await Docker.OkAsync("rmi", repository + ":1", repository + ":2");
    }

    [Fact]
    public async Task Pull_Failures_AreSaidInTheSameWords()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network);
        await using var closed = await LocalRegistry.StartAsync(Host.Network, password: true);
        var r = registry.Domain;
        AssertContains($"manifest for {r}/none:1 not found: manifest unknown: manifest unknown", (await Docker.RunAsync("pull", r + "/none:1")).MustExit(1));
        AssertContains($"repository {r}/none not found: name unknown: repository name not known to registry", (await Docker.RunAsync("pull", "-a", r + "/none")).MustExit(1));
        AssertContains($"Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", (await Docker.RunAsync("pull", "127.0.0.1:1/a:1")).MustExit(1));
        AssertContains($"Head \"http://{closed.Domain}/v2/a/manifests/1\": no basic auth credentials", (await Docker.RunAsync("pull", closed.Domain + "/a:1")).MustExit(1));
        AssertContains("An image does not exist locally with the tag: 127.0.0.1:1/none", (await Docker.RunAsync("push", "127.0.0.1:1/none:1")).MustExit(1));
        AssertContains("Unable to find image", (await Docker.RunAsync("run", "--rm", r + "/none:1")).MustExit(125));
    }

    [Fact]
    public async Task Login_LetsPushAndPull()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network, password: true);
        var name = registry.Domain + "/private:1";
        (await Docker.WithStdinAsync(image.ToDockerArchive(), "load")).MustSucceed();
        await Docker.OkAsync("tag", "pushed:1", name);

        AssertContains($"login attempt to http://{registry.Domain}/v2/ failed with status: 401 Unauthorized", (await Docker.RunAsync("login", "-u", LocalRegistry.User, "-p", "wrong", registry.Domain)).MustExit(1));
        AssertContains("no basic auth credentials", (await Docker.RunAsync("push", name)).MustExit(1));
        AssertContains("Login Succeeded", (await Docker.RunAsync("login", "-u", LocalRegistry.User, "-p", LocalRegistry.Password, registry.Domain)).MustSucceed());
        try
        {
            await Docker.OkAsync("push", name);
            await Docker.OkAsync("rmi", name, "pushed:1");
            Assert.Contains("Downloaded newer image", await Docker.OkAsync("pull", name));
        }
        finally
        {
            await Docker.OkAsync("logout", registry.Domain);
        }
        AssertContains("no basic auth credentials", (await Docker.RunAsync("pull", name)).MustExit(1));
        await Docker.OkAsync("rmi", name);
    }

    [Fact]
    public async Task Tls_OwnAuthority_IsTrustedWhereItsCertificateLies()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network, tls: true);
        var name = registry.Domain + "/secure:1";
        AssertContains("x509: certificate signed by unknown authority", (await Docker.RunAsync("pull", name)).MustExit(1));
        var folder = Directory.CreateDirectory("/etc/docker/certs.d/" + registry.Domain).FullName;
        try
        {
            File.Copy(registry.Authority, Path.Combine(folder, "ca.crt"));
            await PushAsync(name);
            await RemoveAsync(name);
            Assert.Contains("Downloaded newer image", await Docker.OkAsync("pull", name));
            await RemoveAsync(name);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Tls_PlainRegistryElsewhere_IsRefused()
    {
        await using var server = new Command([.. Host.Network.Inside, "socat", $"TCP-LISTEN:15000,bind={Host.Network.Address},reuseaddr,fork", "SYSTEM:printf 'HTTP/1.1 400 Bad Request\\r\\nContent-Length: 0\\r\\n\\r\\n'; exec cat >/dev/null"]).Start();
        await Eventually.GetAsync<object>(async () => (await Host.Network.RunInsideAsync("sh", "-c", $"ss -ltn | grep -q {Host.Network.Address}:15000")).ExitCode == 0 ? server : null, TimeSpan.FromSeconds(10), () => "socat does not listen");

        AssertContains("http: server gave HTTP response to HTTPS client", (await Docker.RunAsync("pull", Host.Network.Address + ":15000/a:1")).MustExit(1));
    }

    [Fact]
    public async Task Distribution_OfAName_IsDescribed()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network);
        var name = registry.Domain + "/team/app:1";
        var digest = await PushAsync(name);

        var (status, body) = await CallAsync("GET", $"/v1.41/distribution/{name}/json");

        var answer = JsonDocument.Parse(body).RootElement;
        Assert.Equal(200, status);
        Assert.Equal(digest, answer.GetProperty("Descriptor").GetProperty("digest").GetString());
        Assert.Equal("application/vnd.docker.distribution.manifest.v2+json", answer.GetProperty("Descriptor").GetProperty("mediaType").GetString());
        Assert.Equal("linux", answer.GetProperty("Platforms")[0].GetProperty("os").GetString());
        Assert.Equal((404, "manifest unknown: manifest unknown"), Message(await CallAsync("GET", $"/v1.41/distribution/{registry.Domain}/team/app:2/json")));
        await RemoveAsync(name);
    }

    [Fact]
    public async Task Requests_ThatAreWrong_AreRefusedAlike()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network);

        Assert.Equal((400, "Bad parameters and missing X-Registry-Auth: EOF"), Message(await CallAsync("POST", $"/v1.41/images/{registry.Domain}/a/push?tag=1")));
        Assert.Equal((400, "invalid tag format"), Message(await CallAsync("POST", "/v1.41/images/create?fromImage=x&tag=a%20b")));
        Assert.Equal((400, "\"bogus/x/y/z\": cannot parse platform specifier: invalid argument"), Message(await CallAsync("POST", $"/v1.41/images/create?fromImage={registry.Domain}/a&tag=1&platform=bogus/x/y/z")));
        Assert.Equal((500, "Unexpected status code 404"), Message(await CallAsync("GET", $"/v1.41/images/search?term={registry.Domain}/a")));
        Assert.Equal((400, "Limit 200 is outside the range of [1, 100]"), Message(await CallAsync("GET", $"/v1.41/images/search?term={registry.Domain}/a&limit=200")));
    }

    [Fact]
    public async Task Events_OfPushAndPull_NameTheImage()
    {
        await using var registry = await LocalRegistry.StartAsync(Host.Network);
        var name = registry.Domain + "/team/app:1";
        await using var events = Docker.Start("events", "--filter", "type=image", "--format", "{{.Action}} {{.Actor.ID}} {{.Actor.Attributes.name}}");
        await PushAsync(name);
        await RemoveAsync(name);
        await Docker.OkAsync("pull", name);

        await events.ExpectAsync($"push {name} {registry.Domain}/team/app\n");
        await events.ExpectAsync($"pull {name} {registry.Domain}/team/app\n");
        await RemoveAsync(name);
    }

    /// <summary>Loads the image and pushes it by this name; the digest that it has at the registry.</summary>
    private async Task<string> PushAsync(string name)
    {
        (await Docker.WithStdinAsync(image.ToDockerArchive(), "load")).MustSucceed();
        await Docker.OkAsync("tag", "pushed:1", name);
        await Docker.OkAsync("rmi", "pushed:1");
        var pushed = await Docker.OkAsync("push", name);
        return pushed.Split('\n')[^1].Split(' ')[2];
    }

    private async Task RemoveAsync(string name) => await Docker.OkAsync("rmi", name);

    private static (int Status, string Message) Message((int Status, string Body) answer) => (answer.Status, JsonDocument.Parse(answer.Body).RootElement.GetProperty("message").GetString()!);
}
