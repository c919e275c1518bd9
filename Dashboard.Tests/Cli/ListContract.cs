using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class ListContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Ps_Columns_AreFilled()
    {
        var id = await RunIdleAsync("--name", "shown", "-l", "tier=front");

        var row = await Docker.OkAsync("ps", "--no-trunc", "--format", "{{.ID}}|{{.Image}}|{{.Names}}|{{.Status}}|{{.State}}|{{.Label \"tier\"}}");

        Assert.Matches($"^{id}\\|busybox:latest\\|shown\\|Up .*\\|running\\|front$", row);
        Assert.Contains("trap", await Docker.OkAsync("ps", "--no-trunc", "--format", "{{.Command}}"));
    }

    [Fact]
    public async Task Ps_Table_HasTheHeadings() =>
        Assert.Equal("CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES", await Docker.OkAsync("ps"));

    [Fact]
    public async Task Ps_Stopped_AreShownWithAll()
    {
        (await Docker.RunAsync("run", "--name", "ended", TestImages.Busybox, "sh", "-c", "exit 3")).MustExit(3);

        Assert.Equal("", await Docker.OkAsync("ps", "-q"));
        Assert.Matches(@"^ended Exited \(3\) .*ago$", await Docker.OkAsync("ps", "-a", "--format", "{{.Names}} {{.Status}}"));
    }

    [Theory]
    [InlineData("name=fir", "first")]
    [InlineData("status=exited", "second")]
    [InlineData("status=running", "first")]
    [InlineData("status=created", "third")]
    [InlineData("label=colour", "first second")]
    [InlineData("label=colour=red", "first")]
    [InlineData("exited=4", "second")]
    [InlineData("ancestor=busybox", "first second third")]
    [InlineData("ancestor=nothing", "")]
    [InlineData("before=second", "first")]
    [InlineData("since=second", "third")]
    public async Task Ps_Filter_Selects(string filter, string expected)
    {
        await RunIdleAsync("--name", "first", "-l", "colour=red");
        (await Docker.RunAsync("run", "--name", "second", "-l", "colour=blue", TestImages.Busybox, "sh", "-c", "exit 4")).MustExit(4);
        await Docker.OkAsync("create", "--name", "third", TestImages.Busybox, "true");

        var names = (await Docker.RunAsync("ps", "-a", "--filter", filter, "--format", "{{.Names}}")).MustSucceed().Lines;

        Assert.Equal(expected, string.Join(' ', names.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Ps_Last_IsTheNewest()
    {
        await Docker.OkAsync("create", "--name", "older", TestImages.Busybox, "true");
        await Docker.OkAsync("create", "--name", "newer", TestImages.Busybox, "true");

        Assert.Equal("newer", await Docker.OkAsync("ps", "-l", "--format", "{{.Names}}"));
        Assert.Equal("newer\nolder", await Docker.OkAsync("ps", "-n", "2", "--format", "{{.Names}}"));
    }

    [Fact]
    public async Task Ps_Size_IsCounted()
    {
        await RunIdleAsync("--name", "writer");
        await Docker.OkAsync("exec", "writer", "dd", "if=/dev/zero", "of=/blob", "bs=1000", "count=2000");

        Assert.StartsWith("2MB (virtual ", await Docker.OkAsync("ps", "-s", "--format", "{{.Size}}"));
    }

    [Fact]
    public async Task Ps_UnknownFilter_IsRefused() =>
        AssertContains("invalid filter 'nonsense", (await Docker.RunAsync("ps", "--filter", "nonsense=1")).MustExit(1) is var result
            ? result with { Stderr = result.Stderr.Replace("Invalid", "invalid") } : null!);
}
