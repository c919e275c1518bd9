using System.Globalization;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Tests.Runtime.Acceptance;

public abstract partial class RuntimeContract
{
    private const string CapabilityLines = "grep -E '^Cap' /proc/self/status";

    private static readonly string[] s_fourteen =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP",
        "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SYS_CHROOT", "CAP_MKNOD", "CAP_AUDIT_WRITE", "CAP_SETFCAP",
    ];

    [Fact]
    public async Task Capabilities_Default_AreDockersFourteenAndNothingElse()
    {
        var status = Status(await LinesAsync(CapabilityLines));

        Assert.Equal(("00000000a80425fb", "00000000a80425fb", "00000000a80425fb"), (status["CapBnd"], status["CapPrm"], status["CapEff"]));
        Assert.Equal(("0000000000000000", "0000000000000000"), (status["CapInh"], status["CapAmb"]));
    }

    [Fact]
    public async Task Capabilities_None_LeaveRootWithoutAny()
    {
        var status = Status(await LinesAsync(NewBundle().Capabilities(), CapabilityLines));

        Assert.All(status.Values, value => Assert.Equal("0000000000000000", value));
    }

    [Fact]
    public async Task Capabilities_OfAUser_AreBoundedOnly()
    {
        var status = Status(await LinesAsync(AsUser(NewBundle()), CapabilityLines));

        Assert.Equal(("00000000a80425fb", "0000000000000000", "0000000000000000"), (status["CapBnd"], status["CapPrm"], status["CapEff"]));
    }

    [Fact]
    public async Task Capabilities_Ambient_SurviveTheUser()
    {
        string[] one = ["CAP_NET_BIND_SERVICE"];
        var bundle = AsUser(NewBundle()).Process(process => process with { Capabilities = new() { Bounding = one, Effective = one, Permitted = one, Inheritable = one, Ambient = one } });

        Assert.All(Status(await LinesAsync(bundle, CapabilityLines)).Values, value => Assert.Equal("0000000000000400", value));
    }

    [Theory]
    [InlineData(true, "1")]
    [InlineData(false, "0")]
    public async Task NoNewPrivileges_Asked_IsSet(bool asked, string value)
    {
        var bundle = NewBundle().Process(process => process with { NoNewPrivileges = asked });

        var status = Status(await LinesAsync(bundle, "grep -E '^(NoNewPrivs|Seccomp|Seccomp_filters)' /proc/self/status"));

        Assert.Equal((value, "2", "1"), (status["NoNewPrivs"], status["Seccomp"], status["Seccomp_filters"]));
    }

    [Fact]
    public async Task Seccomp_Absent_IsNoFilter() =>
        Assert.Equal(["Seccomp:\t0"], await LinesAsync(NewBundle().Unconfined(), "grep ^Seccomp: /proc/self/status"));

    [Fact]
    public async Task Seccomp_Default_RefusesWhatDockerRefuses()
    {
        var errnos = await ErrnosAsync(NewBundle(), "unshare", "keyctl", "mount", "clone-user", "clone3", "vsock", "inet", "personality-linux32", "personality-other", "bpf", "io_uring_setup", "open_by_handle_at", "chroot");

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["unshare"] = "1", ["keyctl"] = "1", ["mount"] = "1", ["clone-user"] = "1", ["clone3"] = "38", ["vsock"] = "1", ["inet"] = "0",
                ["personality-linux32"] = "0", ["personality-other"] = "1", ["bpf"] = "1", ["io_uring_setup"] = "1", ["open_by_handle_at"] = "1", ["chroot"] = "2",
            },
            errnos);
    }

    [Fact]
    public async Task Seccomp_Capability_OpensItsCalls()
    {
        var errnos = await ErrnosAsync(NewBundle().Capabilities([.. s_fourteen, "CAP_SYS_ADMIN", "CAP_DAC_READ_SEARCH"]), "mount", "open_by_handle_at", "keyctl");

        // ENOENT and EFAULT: the calls reach the kernel.
        Assert.Equal(("2", "14", "1"), (errnos["mount"], errnos["open_by_handle_at"], errnos["keyctl"]));
    }

    [Fact]
    public async Task Seccomp_SeveralArguments_AllMustMatchIn64Bits()
    {
        var bundle = NewBundle().Linux(linux => linux with
        {
            Seccomp = new Oci.RuntimeSpec.Seccomp
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                Architectures = ["SCMP_ARCH_X86_64"],
                Syscalls =
                [
                    new()
                    {
                        Names = ["getpriority"],
                        Action = "SCMP_ACT_ERRNO",
                        ErrnoRet = 71,
                        Args = [new() { Index = 0, Value = 0, Op = "SCMP_CMP_EQ" }, new() { Index = 1, Value = 4242, Op = "SCMP_CMP_EQ" }],
                    },
                ],
            },
        });

        var errnos = await ErrnosAsync(bundle, "both-arguments", "first-argument", "second-argument", "high-word");

        Assert.Equal("71", errnos["both-arguments"]);
        Assert.All((string[])["first-argument", "second-argument", "high-word"], call => Assert.NotEqual("71", errnos[call]));
    }

    [Theory]
    [InlineData("b", 8, 0)]
    [InlineData("b", 254, 0)]
    [InlineData("c", 1, 1)]
    [InlineData("c", 10, 229)]
    public async Task DeviceCgroup_ForeignDevice_IsMadeButNotOpened(string type, int major, int minor) =>
        Assert.Equal(["/tmp/node=1"], await LinesAsync($"mknod /tmp/node {type} {major} {minor} && probe open /tmp/node"));

    [Fact]
    public async Task DeviceCgroup_DefaultDevices_OpenByAnyName() => Assert.Equal(
        ["/tmp/null=0", "/tmp/zero=0", "/tmp/full=0", "/tmp/random=0", "/tmp/urandom=0"],
        await LinesAsync("cd /tmp; mknod null c 1 3; mknod zero c 1 5; mknod full c 1 7; mknod random c 1 8; mknod urandom c 1 9; probe open /tmp/null /tmp/zero /tmp/full /tmp/random /tmp/urandom"));

    [Fact]
    public async Task DeviceCgroup_Rule_OpensItsDevice()
    {
        var bundle = NewBundle().Resources(resources => resources with { Devices = [.. resources.Devices, new DeviceRule { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "rwm" }] });

        // /dev/kmsg: EPERM of the capability that it asks for comes at open as well, so only reading the log's node proves the rule.
        var lines = await LinesAsync(bundle, "mknod /tmp/kmsg c 1 11; mknod /tmp/mem c 1 1; { echo x > /tmp/kmsg; } 2>/dev/null && echo opened; probe open /tmp/mem");

        Assert.Equal(["opened", "/tmp/mem=1"], lines);
    }

    [Fact]
    public async Task Rlimits_Asked_AreSet()
    {
        var bundle = NewBundle().Process(process => process with
        {
            Rlimits = [new() { Type = "RLIMIT_NOFILE", Soft = 123, Hard = 456 }, new() { Type = "RLIMIT_CORE", Soft = 0, Hard = 0 }, new() { Type = "RLIMIT_STACK", Soft = 4 << 20, Hard = 4 << 20 }],
        });

        Assert.Equal(["4194304 4194304", "0 0", "123 456"], await LinesAsync(bundle, "awk '/Max (open files|core file size|stack size)/ { print $(NF-2), $(NF-1) }' /proc/self/limits"));
    }

    [Fact]
    public async Task Rlimits_AboveOurOwn_AreClampedWhereWeMayNotRaise()
    {
        var own = (await File.ReadAllLinesAsync("/proc/self/limits", TestContext.Current.CancellationToken)).Single(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        var bundle = NewBundle().Process(process => process with { Rlimits = [new() { Type = "RLIMIT_NOFILE", Soft = 999_999, Hard = 999_999 }] });

        var result = await RunAsync(bundle.Shell("ulimit -n"));

        if (MayRaiseLimits()) Assert.Equal("999999", result.Text);
        else if (Has(Difference.LimitsAreClamped)) Assert.Equal(own, result.Text);
        else Assert.NotEqual(0, result.ExitCode);
    }

    [Fact]
    public async Task Limits_Memory_KillsTheHog()
    {
        var bundle = NewBundle().Resources(resources => resources with { Memory = new() { Limit = 32 << 20, Swap = 32 << 20 } });

        var result = await RunAsync(bundle.Args("probe", "hog", "200"));

        Assert.Equal((137, ""), (result.ExitCode, result.Text));
    }

    [Fact]
    public async Task Limits_Pids_StopTheForkBomb()
    {
        var bundle = NewBundle().Resources(resources => resources with { Pids = new() { Limit = 25 } });

        var parts = (await RunAsync(bundle.Args("probe", "forks", "500"))).MustSucceed().Text.Split(' ');

        Assert.InRange(int.Parse(parts[0], CultureInfo.InvariantCulture), 20, 24);
        Assert.Equal("11", parts[1]);
    }

    [Fact]
    public async Task Limits_Cpu_HoldTheProcessBack()
    {
        var bundle = NewBundle().Resources(resources => resources with { Cpu = new() { Quota = 20_000, Period = 100_000, Shares = 512 } });

        var milliseconds = int.Parse((await RunAsync(bundle.Args("probe", "burn"))).MustSucceed().Text, CultureInfo.InvariantCulture);

        Assert.InRange(milliseconds, 1, 400);
    }

    [Fact]
    public async Task Limits_Files_AreReadOnlyInside()
    {
        var bundle = NewBundle().Resources(resources => resources with { Memory = new() { Limit = 64 << 20 }, Pids = new() { Limit = 50 } });
        var (memory, pids) = File.Exists("/sys/fs/cgroup/cgroup.controllers")
            ? ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/pids.max")
            : ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/pids/pids.max");

        var result = await RunAsync(bundle.Shell($"cat {memory} {pids}; echo 1000 > {pids}"));

        Assert.Equal(["67108864", "50"], result.Lines);
        Assert.Contains("Read-only file system", result.Stderr);
    }

    private async Task<Dictionary<string, string>> ErrnosAsync(Bundle bundle, params string[] calls) =>
        Pairs((await RunAsync(bundle.Args(["probe", "errno", .. calls]))).MustSucceed().Lines);

    private static Bundle AsUser(Bundle bundle) => bundle.Process(process => process with { User = new() { Uid = 1000, Gid = 1000 } });

    private static bool MayRaiseLimits() =>
        (ulong.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("CapEff:", StringComparison.Ordinal)).AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> 24 & 1) == 1;
}
