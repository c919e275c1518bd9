using System.Globalization;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class LogsContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Logs_Streams_StayApart()
    {
        await RunToEndAsync("apart", "echo out; echo err >&2");

        var result = (await Docker.RunAsync("logs", "apart")).MustSucceed();

        Assert.Equal(("out\n", "err\n"), (result.Stdout, result.Stderr));
    }

    [Theory]
    [InlineData("all", "1\n2\n3\n4\n5")]
    [InlineData("2", "4\n5")]
    [InlineData("0", "")]
    [InlineData("100", "1\n2\n3\n4\n5")]
    public async Task Logs_Tail_GivesTheLastLines(string tail, string expected)
    {
        await RunToEndAsync("five", "for i in 1 2 3 4 5; do echo $i; done");

        Assert.Equal(expected, await Docker.OkAsync("logs", "--tail", tail, "five"));
    }

    [Fact]
    public async Task Logs_Timestamps_BoundSinceAndUntil()
    {
        await RunToEndAsync("timed", "for i in 1 2 3 4 5; do echo $i; usleep 20000; done");
        var lines = (await Docker.RunAsync("logs", "-t", "timed")).MustSucceed().Lines;

        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z \d$", line));
        var third = lines[2].Split(' ')[0];
        Assert.Equal("3\n4\n5", await Docker.OkAsync("logs", "--since", third, "timed"));
        Assert.Equal("1\n2\n3", await Docker.OkAsync("logs", "--until", third, "timed"));
        Assert.True(DateTimeOffset.UtcNow - DateTimeOffset.Parse(third, CultureInfo.InvariantCulture) < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task LogsFollow_NewLines_ArriveUntilTheEnd()
    {
        await Docker.OkAsync("run", "-di", "--name", "live", TestImages.Busybox, "sh", "-c", "echo ready; while read line; do echo got $line; [ $line = end ] && exit; done");
        await using var logs = Docker.Start("logs", "-f", "live");
        await logs.ExpectAsync("ready");
        await using var attached = Docker.Start("attach", "live");

        await attached.SendAsync("a\n");
        await logs.ExpectAsync("got a");
        await attached.SendAsync("end\n");

        Assert.Equal("ready\ngot a\ngot end", (await logs.WaitAsync()).MustSucceed().Text);
    }

    [Fact]
    public async Task LogsFollow_TenThousandLines_LoseNone()
    {
        await Docker.OkAsync("run", "-d", "--name", "burst", TestImages.Busybox, "seq", "1", "10000");

        var result = (await Docker.RunAsync("logs", "-f", "burst")).MustSucceed();

        Assert.Equal(Enumerable.Range(1, 10000).Select(i => i.ToString()), result.Lines);
    }

    [Fact]
    public async Task Logs_LongLineAndNoLastBreak_AreWhole()
    {
        await RunToEndAsync("long", "head -c 100000 /dev/zero | tr '\\0' x; echo; printf end");

        var result = (await Docker.RunAsync("logs", "long")).MustSucceed();

        Assert.Equal(new string('x', 100000) + "\nend", result.Stdout);
    }

    [Fact]
    public async Task Logs_BinaryOutput_IsKeptWhereUtf8AllowsIt()
    {
        await RunToEndAsync("odd", "printf 'tab\\there \\033[1mbold \"quoted\" \\\\ 한글 <&>\\n'");

        Assert.Equal("tab\there \x1b[1mbold \"quoted\" \\ 한글 <&>", await Docker.OkAsync("logs", "odd"));
    }

    [Fact]
    public async Task Logs_Terminal_AreRaw()
    {
        await Docker.OkAsync("run", "-dt", "--name", "tty", TestImages.Busybox, "echo", "line");
        await Docker.OkAsync("wait", "tty");

        Assert.Equal("line\r\n", (await Docker.RunAsync("logs", "tty")).MustSucceed().Stdout);
    }

    [Fact]
    public async Task Logs_Unknown_IsNotFound() => AssertContains("No such container: nobody", (await Docker.RunAsync("logs", "nobody")).MustExit(1));

    private Task<string> RunToEndAsync(string name, string script) => Docker.OkAsync("run", "--name", name, TestImages.Busybox, "sh", "-c", script);
}
