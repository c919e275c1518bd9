using System.Formats.Tar;
using System.Net;
using System.Text;
using Dashboard.Tests.Cli;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Dashboard.Tests.Clients;

/// <summary>Containers by Docker.DotNet.Enhanced: their life, streams, files and figures.</summary>
public abstract class DotNetContainersContract(HostFixture fixture) : DotNetContract(fixture)
{
    [Fact]
    public async Task Life_CreateToRemove_IsToldByInspect()
    {
        var id = await CreateAsync("box", Idle, asked =>
        {
            asked.Env = ["A=1"];
            asked.Labels = new Dictionary<string, string> { ["team"] = "red" };
            asked.HostConfig!.Memory = 64 << 20;
            asked.HostConfig!.RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.OnFailure, MaximumRetryCount = 2 };
        });

        var created = await Client.Containers.InspectContainerAsync(id, Token);
        Assert.Equal(("/box", "created", 64L << 20), (created.Name, created.State!.Status.ToString()!.ToLowerInvariant(), created.HostConfig!.Memory));
        Assert.True(await Client.Containers.StartContainerAsync(id, new ContainerStartParameters(), Token));
        Assert.False(await Client.Containers.StartContainerAsync(id, new ContainerStartParameters(), Token));
        await Client.Containers.PauseContainerAsync(id, Token);
        Assert.True((await Client.Containers.InspectContainerAsync(id, Token)).State!.Paused);
        await Client.Containers.UnpauseContainerAsync(id, Token);
        await Client.Containers.RenameContainerAsync(id, new ContainerRenameParameters { NewName = "other" }, Token);
        await Client.Containers.RestartContainerAsync("other", new ContainerRestartParameters { WaitBeforeKillSeconds = 3 }, Token);
        await Client.Containers.UpdateContainerAsync(id, new ContainerUpdateParameters { Memory = 96 << 20, MemorySwap = 192 << 20 }, Token);
        Assert.Equal(96L << 20, (await Client.Containers.InspectContainerAsync(id, Token)).HostConfig!.Memory);
        Assert.Single((await Client.Containers.ListProcessesAsync(id, new ContainerListProcessesParameters { PsArgs = "-o pid,args" }, Token)).Processes, row => row[^1].StartsWith("sh -c", StringComparison.Ordinal));
        Assert.True(await Client.Containers.StopContainerAsync(id, new ContainerStopParameters { WaitBeforeKillSeconds = 5 }, Token));
        Assert.False(await Client.Containers.StopContainerAsync(id, new ContainerStopParameters(), Token));
        Assert.Equal(0, (await Client.Containers.WaitContainerAsync(id, Token)).StatusCode);
        await Client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { RemoveVolumes = true }, Token);

        var gone = await Assert.ThrowsAsync<DockerContainerNotFoundException>(() => Client.Containers.InspectContainerAsync(id, Token));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Wait_BeforeTheEnd_GivesTheCode()
    {
        var id = await StartAsync("box", ["sh", "-c", "sleep 0.5; exit 42"]);

        Assert.Equal(42, (await Client.Containers.WaitContainerAsync(id, Token)).StatusCode);
        var conflict = await Assert.ThrowsAnyAsync<DockerApiException>(() => Client.Containers.KillContainerAsync(id, new ContainerKillParameters(), Token));
        Assert.Equal(HttpStatusCode.Conflict, conflict.StatusCode);
    }

    [Fact]
    public async Task Attach_WithInput_GivesBothStreams()
    {
        var id = await CreateAsync("box", ["sh", "-c", "read x; echo out $x; echo err $x >&2; cat"], asked =>
        {
            asked.OpenStdin = asked.StdinOnce = asked.AttachStdin = asked.AttachStdout = asked.AttachStderr = true;
        });
        using var stream = await Client.Containers.AttachContainerAsync(id, new ContainerAttachParameters { Stream = true, Stdin = true, Stdout = true, Stderr = true }, Token);
        await Client.Containers.StartContainerAsync(id, new ContainerStartParameters(), Token);

        var typed = Encoding.UTF8.GetBytes("typed\nrest");
        await stream.WriteAsync(typed, 0, typed.Length, Token);
        stream.CloseWrite();
        var (stdout, stderr) = await stream.ReadOutputToEndAsync(Token);

        Assert.Equal(("out typed\nrest", "err typed\n"), (stdout, stderr));
    }

    [Fact]
    public async Task Attach_WithTerminal_IsRawAndResizes()
    {
        var id = await CreateAsync("box", ["sh", "-c", "read x; stty size"], asked => asked.OpenStdin = asked.Tty = asked.AttachStdin = asked.AttachStdout = true);
        using var stream = await Client.Containers.AttachContainerAsync(id, new ContainerAttachParameters { Stream = true, Stdin = true, Stdout = true }, Token);
        await Client.Containers.StartContainerAsync(id, new ContainerStartParameters(), Token);
        await Client.Containers.ResizeContainerTtyAsync(id, new ContainerResizeParameters { Height = 33, Width = 77 }, Token);

        await stream.WriteAsync("go\n"u8.ToArray(), 0, 3, Token);
        var (output, _) = await stream.ReadOutputToEndAsync(Token);

        Assert.Contains("33 77\r\n", output);
    }

    [Fact]
    public async Task Exec_OutputCodeAndInput_Arrive()
    {
        var id = await StartAsync("box", Idle);

        Assert.Equal(("out\n", "err\n", 7L), await ExecAsync(id, "sh", "-c", "echo out; echo err >&2; exit 7"));
        var exec = await Client.Exec.CreateContainerExecAsync(id, new ContainerExecCreateParameters { Cmd = ["cat"], AttachStdin = true, AttachStdout = true, User = "app", Env = ["X=y"], WorkingDir = "/tmp" }, Token);
        using (var stream = await Client.Exec.StartContainerExecAsync(exec.ID, new ContainerExecStartParameters(), Token))
        {
            await stream.WriteAsync("echoed"u8.ToArray(), 0, 6, Token);
            stream.CloseWrite();
            Assert.Equal("echoed", (await stream.ReadOutputToEndAsync(Token)).Item1);
        }
        var ended = await Client.Exec.InspectContainerExecAsync(exec.ID, Token);
        Assert.Equal((false, 0L, "cat"), (ended.Running, ended.ExitCode, ended.ProcessConfig!.Entrypoint));
        for (var i = 0; i < 20; i++) Assert.Equal(($"{i}\n", "", 0L), await ExecAsync(id, "echo", i.ToString()));
    }

    [Fact]
    public async Task Logs_FollowedAndFiltered_AreFramed()
    {
        var id = await StartAsync("box", ["sh", "-c", "echo one; echo two >&2; sleep 0.3; echo three"]);

        using var following = await Client.Containers.GetContainerLogsAsync(id, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Follow = true }, Token);
        Assert.Equal(("one\nthree\n", "two\n"), await following.ReadOutputToEndAsync(Token));
        using var tail = await Client.Containers.GetContainerLogsAsync(id, new ContainerLogsParameters { ShowStdout = true, Tail = "1", Timestamps = true }, Token);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT[\d:.]+Z three\n$", (await tail.ReadOutputToEndAsync(Token)).Item1);
        var lines = new List<string>();
        await Client.Containers.GetContainerLogsAsync(id, new ContainerLogsParameters { ShowStdout = true, Follow = true }, new Inline<string>(lines.Add), Token);
        Assert.Contains("three", string.Concat(lines));
    }

    [Fact]
    public async Task Stats_OneAndAStream_HaveFigures()
    {
        var id = await StartAsync("box", ["sh", "-c", "while :; do :; done"]);
        var read = new List<ContainerStatsResponse>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.Containers.GetContainerStatsAsync(id, new ContainerStatsParameters { Stream = true }, new Inline<ContainerStatsResponse>(each =>
        {
            read.Add(each);
            if (read.Count == 3) enough.Cancel();
        }), enough.Token));
        ContainerStatsResponse? once = null;
        await Client.Containers.GetContainerStatsAsync(id, new ContainerStatsParameters { Stream = false }, new Inline<ContainerStatsResponse>(each => once = each), Token);

        Assert.True(read[^1].CPUStats!.CPUUsage!.TotalUsage > read[^1].PreCPUStats!.CPUUsage!.TotalUsage);
        Assert.True(once!.MemoryStats!.Usage > 0 && once.PidsStats!.Current > 0 && once.Networks!.ContainsKey("eth0"));
        await Client.Containers.KillContainerAsync(id, new ContainerKillParameters { Signal = "SIGKILL" }, Token);
    }

    [Fact]
    public async Task Events_OfALabel_ComeInOrder()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var since = DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeSeconds().ToString();
        var seen = new List<string>();
        var watching = Client.System.MonitorEventsAsync(
            new ContainerEventsParameters { Since = since, Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["watched=yes"] = true }, ["type"] = new Dictionary<string, bool> { ["container"] = true } } },
            new Inline<Message>(message =>
            {
                seen.Add(message.Action);
                if (message.Action == "destroy") enough.Cancel();
            }),
            enough.Token);

        await StartAsync("unwatched", ["true"]);
        var id = await StartAsync("watched", ["sh", "-c", "exit 3"], asked => asked.Labels = new Dictionary<string, string> { ["watched"] = "yes" });
        await Client.Containers.WaitContainerAsync(id, Token);
        await Client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters(), Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);

        Assert.Equal(["create", "start", "die", "destroy"], seen);
    }

    [Fact]
    public async Task Archive_InAndOut_KeepsNamesAndBytes()
    {
        var id = await StartAsync("box", Idle);
        var packed = new MemoryStream();
        await using (var tar = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true))
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "put.txt") { DataStream = new MemoryStream("by archive"u8.ToArray()), Mode = (UnixFileMode)0b110_100_000, Uid = 1000 }, Token);
        packed.Position = 0;

        await Client.Containers.ExtractArchiveToContainerAsync(id, new CopyToContainerParameters { Path = "/tmp" }, packed, Token);
        Assert.Equal(("by archive640 1000\n", "", 0L), await ExecAsync(id, "sh", "-c", "cat /tmp/put.txt; stat -c '%a %u' /tmp/put.txt"));
        var got = await Client.Containers.GetArchiveFromContainerAsync(id, new ContainerPathStatParameters { Path = "/tmp/put.txt" }, false, Token);
        await using var stream = got.Stream;
        await using var reader = new TarReader(stream!);
        var entry = await reader.GetNextEntryAsync(copyData: true, Token);

        Assert.Equal(("put.txt", 10L, "put.txt"), (got.Stat.Name, got.Stat.Size, entry!.Name));
        Assert.Equal("by archive", new StreamReader(entry.DataStream!).ReadToEnd());
        Assert.Contains(await Client.Containers.InspectChangesAsync(id, Token), change => change.Path == "/tmp/put.txt" && change.Kind == FileSystemChangeKind.Add);
        await Assert.ThrowsAnyAsync<DockerApiException>(() => Client.Containers.GetArchiveFromContainerAsync(id, new ContainerPathStatParameters { Path = "/not/there" }, false, Token));
    }

    [Fact]
    public async Task List_Filters_FindTheRightOnes()
    {
        var running = await StartAsync("running-one", Idle, asked => asked.Labels = new Dictionary<string, string> { ["team"] = "red", ["size"] = "s" });
        var ended = await StartAsync("ended-one", ["sh", "-c", "exit 4"], asked => asked.Labels = new Dictionary<string, string> { ["team"] = "red" });
        await Client.Containers.WaitContainerAsync(ended, Token);
        var created = await CreateAsync("created-one", Idle);

        async Task<IEnumerable<string>> FoundAsync(string key, params string[] values) =>
            (await Client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = Filter(key, values) }, Token)).Select(each => each.ID).Order(StringComparer.Ordinal);
        Assert.Equal([.. new[] { running, ended }.Order(StringComparer.Ordinal)], await FoundAsync("label", "team=red"));
        Assert.Equal([running], await FoundAsync("label", "team=red", "size"));
        Assert.Equal([ended], await FoundAsync("status", "exited"));
        Assert.Equal([ended], await FoundAsync("exited", "4"));
        Assert.Equal([created], await FoundAsync("name", "created"));
        Assert.Equal([running], await FoundAsync("id", running[..10]));
        Assert.Equal(3, (await FoundAsync("ancestor", "busybox")).Count());
        Assert.Equal([.. new[] { running, ended }.Order(StringComparer.Ordinal)], await FoundAsync("before", created));
        Assert.Single(await Client.Containers.ListContainersAsync(new ContainersListParameters(), Token));
        var sized = (await Client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Size = true, Limit = 1 }, Token)).Single();
        Assert.Equal(("/created-one", "created"), (sized.Names.Single(), sized.State));
        Assert.True(sized.SizeRootFs > 0);
    }
}
