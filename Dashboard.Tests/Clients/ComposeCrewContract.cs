using System.Text.Json;
using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>docker-compose's verbs on services with one and with several containers.</summary>
public abstract class ComposeCrewContract(HostFixture fixture) : CliTest(fixture)
{
    private Task<ComposeCli> CrewAsync() => ComposeCli.ForAsync(Host, "crew");

    [Fact]
    public async Task Scale_ServiceName_HasTheAddressesOfAll()
    {
        var crew = await CrewAsync();
        await crew.OkAsync("up", "-d", "--scale", "worker=3", "boss", "worker");

        var ids = (await crew.RunAsync("ps", "-q", "worker")).MustSucceed().Lines;
        Assert.Equal(3, ids.Length);
        Assert.Equal(3, (await AddressesAsync()).Length);
        var names = new HashSet<string>();
        foreach (var address in await AddressesAsync()) names.Add(await CallAsync(address));
        Assert.Equal(ids.Select(id => id[..12]).Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.Contains(await CallAsync("crew_worker_2"), names);

        for (var index = 1; index <= 3; index++)
        {
            var published = await crew.OkAsync("port", "--index", index.ToString(), "worker", "9000");
            var answer = await Eventually.GetAsync(
                async () => (await Host.Network.RunInsideAsync("socat", "-t", "5", "-", "TCP4:127.0.0.1:" + published.Split(':')[1])).Text is { Length: > 0 } text ? text : null, TimeSpan.FromSeconds(10), () => "no answer");
            Assert.Contains(answer, names);
        }

        await crew.OkAsync("up", "-d", "-t", "3", "--scale", "worker=1", "worker");
        Assert.Single(await AddressesAsync());
        await crew.OkAsync("scale", "worker=2");
        Assert.Equal(2, (await AddressesAsync()).Length);
    }

    [Fact]
    public async Task Lifecycle_OfEveryVerb_IsSeenInPs()
    {
        var crew = await CrewAsync();
        await crew.OkAsync("up", "-d", "--no-color", "worker");
        await LoggedAsync("worker", "of the day shift");

        await crew.OkAsync("pause", "worker");
        Assert.Matches("crew_worker_1 .* Paused", await crew.OkAsync("ps"));
        await crew.OkAsync("unpause", "worker");
        await crew.OkAsync("kill", "-s", "USR1", "worker");
        await LoggedAsync("worker", "overtime");
        var top = await crew.OkAsync("top", "worker");
        Assert.Contains("crew_worker_1", top);
        Assert.Contains("nc -ll -p 9000 -e hostname", top);

        await crew.OkAsync("stop", "-t", "5", "worker");
        Assert.Matches("crew_worker_1 .* Exit 0", await crew.OkAsync("ps"));
        Assert.Contains("going home", await crew.OkAsync("logs", "--no-color", "worker"));
        await crew.OkAsync("start", "worker");
        Assert.Matches("crew_worker_1 .* Up", await crew.OkAsync("ps"));
        var before = await InspectAsync("crew_worker_1", "{{.State.StartedAt}}");
        await crew.OkAsync("restart", "-t", "5", "worker");
        Assert.NotEqual(before, await InspectAsync("crew_worker_1", "{{.State.StartedAt}}"));
        await crew.OkAsync("kill", "worker");
        Assert.Matches("crew_worker_1 .* Exit 137", await crew.OkAsync("ps"));
        await crew.OkAsync("rm", "-f", "-v", "worker");
        Assert.Equal("", await crew.OkAsync("ps", "-q", "worker"));
    }

    /// <summary>Compose asks the docker client for these where it has one, and does them itself where it is told so.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task ExecAndRun_StreamsAndExitCodes_Arrive(string withoutClient)
    {
        var crew = (await CrewAsync()).With("COMPOSE_INTERACTIVE_NO_CLI", withoutClient);
        await crew.OkAsync("up", "-d", "boss");

        var exec = (await crew.RunAsync("exec", "-T", "-e", "A=b", "-w", "/tmp", "boss", "sh", "-c", "echo $A $PWD; echo err >&2; exit 9")).MustExit(9);
        // Without the client there is a terminal of sorts, which has one stream.
        Assert.Contains("b /tmp\n", exec.Stdout);
        AssertContains("err\n", exec);
        Assert.Equal("1000", await crew.OkAsync("exec", "-T", "-u", "app", "boss", "id", "-u"));

        Assert.Equal("night boss", (await crew.OkAsync("run", "--rm", "-T", "--no-deps", "-e", "SHIFT=night", "worker", "sh", "-c", "echo $SHIFT boss")).Split('\n').Last());
        (await crew.RunAsync("run", "--rm", "-T", "worker", "sh", "-c", "nc -z crew_boss_1 1; exit 42")).MustExit(42);
        // Compose's own pump does not see the end of a pipe, and waits for it for ever.
        if (withoutClient == "0") Assert.Equal("abc", (await crew.WithStdinAsync("abc\n"u8.ToArray(), "run", "--rm", "-T", "boss", "sh", "-c", "read x; echo $x")).MustSucceed().Text);
        await crew.OkAsync("run", "-d", "--name", "aside", "--service-ports", "--use-aliases", "worker");
        Assert.Single(await AddressesAsync());
        Assert.Equal("True", await InspectAsync("aside", "{{index .Config.Labels \"com.docker.compose.oneoff\"}}"));
        Assert.Equal(2, (await Docker.RunAsync("ps", "-aq")).MustSucceed().Lines.Length);
    }

    [Fact]
    public async Task Logs_FollowTailAndTimestamps_AreOfTheAskedServices()
    {
        var crew = await CrewAsync();
        await crew.OkAsync("up", "-d", "--scale", "worker=2", "worker");
        await using var following = crew.Start("logs", "--no-color", "-f", "--tail", "5", "worker");
        await following.ExpectAsync("worker_1   | worker ");
        await following.ExpectAsync("worker_2   | worker ");
        Assert.DoesNotContain("boss is here", following.StdoutSoFar);

        await crew.OkAsync("kill", "-s", "USR1", "worker");
        await following.ExpectAsync("worker_1   | overtime");
        await following.ExpectAsync("worker_2   | overtime");
        await crew.OkAsync("stop", "-t", "5", "worker");
        (await following.WaitAsync()).MustSucceed();

        Assert.Contains("crew_worker_1 exited with code 0", following.StdoutSoFar);
        Assert.Matches(@"boss_1 +\| \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z boss is here", await crew.OkAsync("logs", "--no-color", "-t", "boss"));
        Assert.Equal(3, (await crew.OkAsync("logs", "--no-color", "--tail", "1", "boss", "worker")).Split('\n').Count(line => line.Contains(" | ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Events_OfTheProject_NameServiceAndAction()
    {
        var crew = await CrewAsync();
        await crew.OkAsync("up", "--no-start", "boss");
        await using var events = crew.Start("events", "--json");
        // The stream says nothing when it begins: one more start is asked until the first event comes.
        await Eventually.GetAsync<object>(
            async () =>
            {
                await crew.OkAsync("restart", "-t", "3", "boss");
                return events.StdoutSoFar.Contains("\"start\"", StringComparison.Ordinal) ? "" : null;
            },
            TimeSpan.FromSeconds(40),
            () => "no event");

        await crew.OkAsync("pause", "boss");
        await crew.OkAsync("unpause", "boss");
        await events.ExpectAsync("unpause");
        await crew.OkAsync("stop", "-t", "3");
        await events.ExpectAsync("\"stop\"");
        await crew.OkAsync("rm", "-f");
        await events.ExpectAsync("\"destroy\"");

        var first = JsonDocument.Parse(events.StdoutSoFar.Split('\n')[0]).RootElement;
        Assert.Equal("boss", first.GetProperty("service").GetString());
        Assert.Equal("container", first.GetProperty("type").GetString());
        Assert.Equal("crew_boss_1", first.GetProperty("attributes").GetProperty("name").GetString());
        Assert.Equal("busybox", first.GetProperty("attributes").GetProperty("image").GetString());
        events.Kill();
    }

    [Fact]
    public async Task UpAttached_JobEnds_GivesItsExitCodeAndStopsTheRest()
    {
        var crew = (await CrewAsync()).WithFile("crew", "job.yml");

        var result = (await crew.RunAsync("up", "--no-color", "-t", "5", "--exit-code-from", "job", "boss", "job")).MustExit(7);

        AssertContains("job begins", result);
        AssertContains("job fails", result);
        AssertContains("boss is here", result);
        AssertContains("crew_job_1 exited with code 7", result);
        Assert.Equal("exited", await InspectAsync("crew_boss_1", "{{.State.Status}}"));
    }

    [Theory]
    [InlineData("listed")]
    [InlineData("product")]
    public async Task Recreated_AnonymousVolume_IsTakenOverUnlessANewOneIsAsked(string service)
    {
        Assert.SkipUnless(Host.IsDashboard || service == "listed", "of an image that was not made by its own builder Docker does not say the volumes where Compose looks");
        var crew = await CrewAsync();
        await crew.OkAsync("up", "-d", service);
        await Docker.OkAsync("exec", $"crew_{service}_1", "sh", "-c", "echo kept > /state/note");
        Assert.Equal("seeded", await Docker.OkAsync("exec", $"crew_{service}_1", "cat", "/state/seed"));

        await crew.With("EDITION", "third").OkAsync("up", "-d", "-t", "5", service);

        Assert.Equal("third kept", await Docker.OkAsync("exec", $"crew_{service}_1", "sh", "-c", "echo $EDITION $(cat /state/note)"));
        Assert.Single((await Docker.RunAsync("volume", "ls", "-q")).MustSucceed().Lines);
        await crew.OkAsync("up", "-d", "-t", "5", "--force-recreate", "-V", service);
        (await Docker.RunAsync("exec", $"crew_{service}_1", "cat", "/state/note")).MustExit(1);
        await LoggedAsync(service, service == "product" ? "serving at work" : "serving by default");
    }

    [Fact]
    public async Task Down_Orphans_GoOnlyWhenAsked()
    {
        var crew = await CrewAsync();
        await crew.OkAsync("up", "-d");
        var small = crew.InsteadOfTheFile("crew", "small.yml");

        var warned = (await small.RunAsync("up", "-d", "-t", "5")).MustSucceed();
        AssertContains("Found orphan containers (", warned);
        var down = await small.RunAsync("down", "-v", "-t", "5", "--remove-orphans");

        down.MustSucceed();
        Assert.Equal("", await Docker.OkAsync("ps", "-aq"));
        Assert.Equal("", await Docker.OkAsync("network", "ls", "-q", "-f", "name=crew"));
    }

    [Fact]
    public async Task Config_AndImages_AreListed()
    {
        var crew = await CrewAsync();

        Assert.Equal(["boss", "listed", "product", "worker"], (await crew.OkAsync("config", "--services")).Split('\n').Order(StringComparer.Ordinal));
        Assert.Contains("SHIFT: night", await crew.With("SHIFT", "night").OkAsync("config"));
        await crew.OkAsync("up", "--no-start", "boss", "product");
        var images = await crew.OkAsync("images");
        Assert.Matches(@"crew_boss_1 +busybox +latest", images);
        Assert.Matches(@"crew_product_1 +example/product +1\.0", images);
        Assert.Equal("has \"quotes\" and $signs", await InspectAsync("crew_boss_1", "{{index .Config.Labels \"com.example.note\"}}"));
        Assert.Equal("1400", await Docker.OkAsync("network", "inspect", "-f", "{{index .Options \"com.docker.network.driver.mtu\"}}", "crew_default"));
        Assert.Equal("docker-compose version 1.29.2, build unknown", (await crew.OkAsync("version")).Split('\n')[0]);
    }

    // nslookup prints the server's address first, then one "Address" line an answer.
    private async Task<string[]> AddressesAsync() =>
        [.. (await Docker.OkAsync("exec", "crew_boss_1", "nslookup", "-type=a", "worker", "127.0.0.11")).Split('\n').Where(line => line.StartsWith("Address", StringComparison.Ordinal) && !line.Contains("127.0.0.11", StringComparison.Ordinal)).Select(line => line.Split(' ').Last()).Distinct()];

    private Task<string> CallAsync(string worker) => Docker.OkAsync("exec", "crew_boss_1", "sh", "-c", $"for i in 1 2 3 4 5; do nc -w 2 {worker} 9000 < /dev/null && exit; sleep 1; done; exit 1");

    private Task LoggedAsync(string service, string text) => Eventually.GetAsync<object>(
        async () => (await Docker.RunAsync("logs", $"crew_{service}_1")).MustSucceed().AllOutput.Contains(text, StringComparison.Ordinal) ? "" : null, TimeSpan.FromSeconds(20), () => $"{service} does not log \"{text}\"");
}
