using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class LogDriversContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Local_Log_IsRead()
    {
        await Docker.OkAsync("run", "--name", "box", "--log-driver", "local", "--log-opt", "max-size=1m", TestImages.Busybox, "echo", "hello");

        Assert.Equal("hello", await Docker.OkAsync("logs", "box"));
        Assert.Equal("local 1m |", await InspectAsync("box", "{{.HostConfig.LogConfig.Type}} {{index .HostConfig.LogConfig.Config \"max-size\"}} {{.LogPath}}|"));
    }

    [Fact]
    public async Task None_Log_CannotBeRead()
    {
        await Docker.OkAsync("run", "--name", "box", "--log-driver", "none", TestImages.Busybox, "echo", "hello");

        AssertContains("configured logging driver does not support reading", (await Docker.RunAsync("logs", "box")).MustExit(1));
    }

    [Fact]
    public async Task Details_Labels_Variables_AndTag_AreShown()
    {
        await Docker.OkAsync(
            "run", "--name", "box", "-l", "tier=front", "-l", "other=1", "-e", "COLOUR=dark red", "--log-opt", "labels=tier", "--log-opt", "env=COLOUR", "--log-opt", "tag={{.Name}}/x",
            TestImages.Busybox, "echo", "a \"quoted\" word");

        Assert.Equal("COLOUR=dark+red,tag=box%2Fx,tier=front a \"quoted\" word", await Docker.OkAsync("logs", "--details", "box"));
        Assert.Equal("a \"quoted\" word", await Docker.OkAsync("logs", "box"));
        Assert.EndsWith("Z COLOUR=dark+red,tag=box%2Fx,tier=front a \"quoted\" word", await Docker.OkAsync("logs", "-t", "--details", "box"));
    }

    [Fact]
    public async Task NonBlocking_Log_IsComplete()
    {
        await Docker.OkAsync("run", "--name", "box", "--log-opt", "mode=non-blocking", "--log-opt", "max-buffer-size=4m", TestImages.Busybox, "sh", "-c", "for i in 1 2 3; do echo $i; done");

        Assert.Equal("1\n2\n3", await Docker.OkAsync("logs", "box"));
    }

    [Theory]
    [InlineData("unknown log opt 'tag' for log driver local", "--log-driver", "local", "--log-opt", "tag=x")]
    [InlineData("logger: logging mode not supported: fast", "--log-opt", "mode=fast")]
    [InlineData("logger: max-buffer-size option is only supported with 'mode=non-blocking'", "--log-opt", "max-buffer-size=1m")]
    [InlineData("error parsing option max-buffer-size: invalid size: 'zz'", "--log-opt", "mode=non-blocking", "--log-opt", "max-buffer-size=zz")]
    public async Task Wrong_Option_IsRefused(string words, params string[] options) =>
        AssertContains(words, (await Docker.RunAsync(["create", .. options, TestImages.Busybox, "true"])).MustExit(1));
}
