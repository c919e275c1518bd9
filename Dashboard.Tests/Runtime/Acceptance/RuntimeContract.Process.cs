using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Acceptance;

public abstract partial class RuntimeContract
{
    [Fact]
    public async Task User_IdsGroupsAndUmask_AreTheSpecs()
    {
        var bundle = NewBundle().Process(process => process with { User = new() { Uid = 1234, Gid = 567, AdditionalGids = [567, 89, 4000], Umask = 0b111_000 } });

        Assert.Equal(["1234", "567", "567 89 4000", "0070"], await LinesAsync(bundle, "id -u; id -g; id -G; umask"));
    }

    [Fact]
    public async Task User_Default_IsRootWithoutGroupsAndUmask022() => Assert.Equal(["0", "0", "0", "0022"], await LinesAsync("id -u; id -g; id -G; umask"));

    [Fact]
    public async Task User_Stdio_CanBeReopenedByName()
    {
        var result = await RunAsync(AsUser(NewBundle()).Shell("echo out > /dev/stdout; echo err > /dev/stderr"));

        Assert.Equal(("out", "err"), (result.MustSucceed().Text, result.Stderr.Trim()));
    }

    [Fact]
    public async Task Cwd_Missing_IsMade() =>
        Assert.Equal(["/srv/new/deep", "0:0 755"], await LinesAsync(NewBundle().Process(process => process with { Cwd = "/srv/new/deep" }), "pwd; stat -c '%u:%g %a' ."));

    [Fact]
    public async Task Cwd_ClosedToTheUser_IsEnteredAllTheSame()
    {
        var bundle = AsUser(NewBundle()).Process(process => process with { Cwd = "/root" });
        File.SetUnixFileMode(bundle.In("root"), (UnixFileMode)0b111_000_000);

        var result = await RunAsync(bundle.Shell("pwd; ls"));

        Assert.Equal("/root", result.Text);
        Assert.Contains("Permission denied", result.Stderr);
    }

    [Fact]
    public async Task Environment_Inside_IsExactlyTheSpecs()
    {
        var bundle = NewBundle().Process(process => process with { Env = ["PATH=/bin", "GREETING=hello world", "EMPTY=", "TWO=a=b"] }).Args("env");

        Assert.Equal(["PATH=/bin", "GREETING=hello world", "EMPTY=", "TWO=a=b"], (await RunAsync(bundle)).MustSucceed().Lines.Where(line => !line.StartsWith("HOME=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Arguments_AnyBytes_ArriveAsTheyAre()
    {
        var bundle = NewBundle().Args("sh", "-c", "printf '%s|' \"$@\"", "sh", "", " two words ", "ünïcödé", "$HOME", "a\nb");

        Assert.Equal("| two words |ünïcödé|$HOME|a\nb|", (await RunAsync(bundle)).MustSucceed().Stdout);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(255)]
    public async Task Exit_Code_IsThePrograms(int code) => Assert.Equal(code, (await RunAsync(NewBundle().Shell($"exit {code}"))).ExitCode);

    [Fact]
    public async Task Exit_BySignal_Is128AndTheSignal()
    {
        var bundle = NewBundle();
        await using var running = await StartIdleAsync(bundle);

        await Command.RunAsync("kill", "-KILL", (await runtime.PidAsync(bundle)).ToString()!);

        (await running.WaitAsync()).MustExit(137);
    }

    [Theory]
    [InlineData("nope", 127, "executable file not found in $PATH")]
    [InlineData("/nope", 127, "no such file or directory")]
    [InlineData("/marker", 126, "permission denied")]
    public async Task Start_NotExecutable_FailsInWords(string program, int code, string words)
    {
        var result = await RunAsync(NewBundle().Args(program));

        Assert.Contains(words, result.Stderr);
        Assert.Equal(Has(Difference.ExitCodeOfAFailedStart) ? code : 1, result.ExitCode);
    }

    [Fact]
    public async Task Descriptors_OfTheParent_AreNotInherited() => Assert.Equal(["0", "1", "2"], (await RunAsync(NewBundle().Args("probe", "descriptors"))).MustSucceed().Lines);

    [Fact]
    public async Task Signals_Inside_AreAllDefaultAndUnblocked()
    {
        var status = Status((await RunAsync(NewBundle().Args("grep", "^Sig[BIC]", "/proc/self/status"))).MustSucceed().Lines);

        Assert.Equal(3, status.Count);
        Assert.All(status.Values, value => Assert.Equal("0000000000000000", value));
    }

    [Fact]
    public async Task OomScore_Asked_IsSet() =>
        Assert.Equal(["456"], await LinesAsync(NewBundle().Process(process => process with { OomScoreAdj = 456 }), "cat /proc/self/oom_score_adj"));

    [Fact]
    public async Task Terminal_Console_IsTheContainersOwn()
    {
        var bundle = NewBundle().Process(process => process with { Terminal = true, ConsoleSize = new() { Height = 31, Width = 97 }, User = new() { Uid = 1000, Gid = 1000 } });
        bundle.Shell("stty size; tty; stat -c '%n %u:%g %a' /dev/pts/0; echo to-console > /dev/console; ls -1 /dev/pts; read line; echo got $line; tty < /dev/tty").Write();
        await using var console = new ConsoleSocket(bundle.Directory);
        await using var running = Careless(runtime.RunOnTerminal(bundle, console.Path)).Start();
        var output = await console.AcceptAsync();

        var screen = await output.ExpectAsync("ptmx\r\n", TimeSpan.FromSeconds(20));
        await console.SendAsync("input\n");
        await output.ExpectAsync("got input\r\n/dev/", TimeSpan.FromSeconds(20));

        Assert.Equal("31 97\r\n/dev/pts/0\r\n/dev/pts/0 1000:5 620\r\nto-console\r\n0\r\nptmx\r\n", screen);
        await output.Ended.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await running.WaitAsync();
    }

    [Fact]
    public async Task Terminal_Control_IsOfItsSession()
    {
        var bundle = NewBundle().Process(process => process with { Terminal = true });
        bundle.Shell("trap 'echo interrupted; exit' INT; echo waiting; while :; do sleep 1; done").Write();
        await using var console = new ConsoleSocket(bundle.Directory);
        await using var running = Careless(runtime.RunOnTerminal(bundle, console.Path)).Start();
        var output = await console.AcceptAsync();

        await output.ExpectAsync("waiting", TimeSpan.FromSeconds(20));
        await console.SendAsync("\u0003");

        await output.ExpectAsync("interrupted", TimeSpan.FromSeconds(20));
        await running.WaitAsync();
    }
}
