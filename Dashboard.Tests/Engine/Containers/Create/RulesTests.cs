using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Errors;

namespace Dashboard.Tests.Engine.Containers.Create;

/// <summary>Each refusal with its kind and its words.</summary>
public sealed class RulesTests
{
    private static readonly Dictionary<string, (HostConfig Host, ErrorKind Kind, string Words)> Hosts = new()
    {
        ["little memory"] = (new() { Memory = 4 << 20 }, ErrorKind.InvalidParameter, "Minimum memory limit allowed is 6MB"),
        ["swap under memory"] = (new() { Memory = 64 << 20, MemorySwap = 32 << 20 }, ErrorKind.InvalidParameter, "Minimum memoryswap limit should be larger than memory limit, see usage"),
        ["swap alone"] = (new() { MemorySwap = 64 << 20 }, ErrorKind.InvalidParameter, "You should always set the Memory limit when using Memoryswap limit, see usage"),
        ["many cpus"] = (new() { NanoCpus = 9_000_000_000 }, ErrorKind.InvalidParameter, "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"),
        ["two cpu limits"] = (new() { NanoCpus = 1_000_000_000, CpuQuota = 5000 }, ErrorKind.InvalidParameter, "Conflicting options: Nano CPUs and CPU Quota cannot both be set"),
        ["cpuset garbage"] = (new() { CpusetCpus = "a-b" }, ErrorKind.InvalidParameter, "Invalid value a-b for cpuset cpus: invalid format: a-b"),
        ["cpuset too high"] = (new() { CpusetCpus = "0-7" }, ErrorKind.InvalidParameter, "Requested CPUs are not available - requested 0-7, available: 0-1"),
        ["ulimit name"] = (new() { Ulimits = [new Ulimit { Name = "nope" }] }, ErrorKind.InvalidParameter, "invalid ulimit type: nope"),
        ["ulimit order"] = (new() { Ulimits = [new Ulimit { Name = "nofile", Soft = 2, Hard = 1 }] }, ErrorKind.InvalidParameter, "ulimit soft limit must be less than or equal to hard limit: 2 > 1"),
        ["restart policy"] = (new() { RestartPolicy = new() { Name = "perhaps" } }, ErrorKind.InvalidParameter, "invalid restart policy: unknown policy 'perhaps'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"),
        ["retries of always"] = (new() { RestartPolicy = new() { Name = "always", MaximumRetryCount = 3 } }, ErrorKind.InvalidParameter, "invalid restart policy: maximum retry count can only be used with 'on-failure'"),
        ["rm and restart"] = (new() { AutoRemove = true, RestartPolicy = new() { Name = "always" } }, ErrorKind.InvalidParameter, "can't create 'AutoRemove' container with restart policy"),
        ["port number"] = (Port("99999/tcp", "80"), ErrorKind.InvalidParameter, "invalid port specification: \"99999\""),
        ["host port"] = (Port("80/tcp", "x"), ErrorKind.InvalidParameter, "invalid port specification: \"x\""),
        ["port protocol"] = (Port("80/icmp", "80"), ErrorKind.InvalidParameter, "invalid proto: icmp"),
        ["no container"] = (new() { NetworkMode = "container:" }, ErrorKind.InvalidParameter, "Invalid network mode: invalid container format container:<name|id>"),
        ["ports of a shared network"] = (Port("80/tcp", "80") with { NetworkMode = "container:x" }, ErrorKind.InvalidParameter, "conflicting options: port publishing and the container type network mode"),
        ["resolver of a shared network"] = (new() { NetworkMode = "container:x", Dns = ["9.9.9.9"] }, ErrorKind.InvalidParameter, "conflicting options: dns and the network mode"),
        ["log driver"] = (new() { LogConfig = new() { Type = "gelf" } }, ErrorKind.InvalidParameter, "logger: no log driver named 'gelf' is registered"),
        ["log option"] = (new() { LogConfig = new() { Config = new Dictionary<string, string> { ["colour"] = "red" } } }, ErrorKind.InvalidParameter, "unknown log opt 'colour' for json-file log driver"),
        ["unknown capability"] = (new() { CapAdd = ["FLY"] }, ErrorKind.InvalidParameter, "invalid CapAdd: unknown capability: \"CAP_FLY\""),
        ["security option"] = (new() { SecurityOpt = ["magic"] }, ErrorKind.InvalidParameter, "invalid --security-opt 1: \"magic\""),
        ["relative bind"] = (new() { Binds = ["/a:b"] }, ErrorKind.InvalidParameter, "invalid volume specification: '/a:b': invalid mount config for type \"bind\": invalid mount path: 'b' mount path must be absolute"),
        ["bind at the root"] = (new() { Binds = ["/a:/b/.."] }, ErrorKind.InvalidParameter, "invalid volume specification: '/a:/b/..': invalid mount config for type \"bind\": invalid specification: destination can't be '/'"),
        ["bind mode"] = (new() { Binds = ["/a:/b:rx"] }, ErrorKind.InvalidParameter, "invalid mode: rx"),
        ["two binds"] = (new() { Binds = ["/a:/b", "/c:/b/"] }, ErrorKind.InvalidParameter, "Duplicate mount point: /b"),
        ["missing bind source"] = (new() { Mounts = [new MountSpec { Type = "bind", Source = "/not/there", Target = "/x" }] }, ErrorKind.InvalidParameter, "invalid mount config for type \"bind\": bind source path does not exist: /not/there"),
        ["tmpfs option"] = (new() { Tmpfs = new Dictionary<string, string> { ["/t"] = "fast" } }, ErrorKind.InvalidParameter, "invalid tmpfs option [\"fast\"]"),
        ["propagation of a volume"] = (new() { Binds = ["data:/x:rslave"] }, ErrorKind.InvalidParameter, "invalid volume specification: 'data:/x:rslave': invalid mount config for type \"volume\": field BindOptions must not be specified"),
        ["bind without copy"] = (new() { Binds = ["/a:/b:nocopy"] }, ErrorKind.InvalidParameter, "invalid volume specification: '/a:/b:nocopy': invalid mount config for type \"bind\": field VolumeOptions must not be specified"),
        ["two of a kind"] = (new() { Binds = ["/a:/b:ro,rw"] }, ErrorKind.InvalidParameter, "invalid mode: ro,rw"),
        ["mode as destination"] = (new() { Binds = ["/a:ro"] }, ErrorKind.InvalidParameter, "invalid volume specification: '/a:ro'"),
        ["bind and tmpfs"] = (new() { Binds = ["data:/b"], Tmpfs = new Dictionary<string, string> { ["/b"] = "" } }, ErrorKind.InvalidParameter, "Duplicate mount point: /b"),
        ["volumes from nobody"] = (new() { VolumesFrom = [""] }, ErrorKind.InvalidParameter, "volumes-from specification cannot be an empty string"),
        ["volumes from mode"] = (new() { VolumesFrom = ["a:rslave"] }, ErrorKind.InvalidParameter, "invalid mode: rslave"),
        ["mount type"] = (new() { Mounts = [new MountSpec { Type = "nfs", Target = "/x" }] }, ErrorKind.InvalidParameter, "invalid mount config for type \"nfs\": mount type unknown"),
        ["image mount"] = (new() { Mounts = [new MountSpec { Type = "image", Source = "x", Target = "/x" }] }, ErrorKind.NotImplemented, "a mount of type image is not implemented by this engine yet"),
        ["anonymous read-only"] = (new() { Mounts = [new MountSpec { Type = "volume", Target = "/x", ReadOnly = true }] }, ErrorKind.InvalidParameter, "invalid mount config for type \"volume\": must not set ReadOnly mode when using anonymous volumes"),
        ["subpath upwards"] = (new() { Mounts = [new MountSpec { Type = "volume", Source = "data", Target = "/x", VolumeOptions = new() { Subpath = "a/../../b" } }] }, ErrorKind.InvalidParameter, "invalid mount config for type \"volume\": subpath must be a relative path within the volume"),
        ["forced and not read-only"] = (new() { Mounts = [new MountSpec { Type = "bind", Source = "/", Target = "/x", BindOptions = new() { ReadOnlyForceRecursive = true } }] }, ErrorKind.InvalidParameter, "invalid mount config for type \"bind\": mount option ReadOnlyForceRecursive requires ReadOnly"),
        ["links of a shared network"] = (new() { NetworkMode = "container:x", Links = ["a:b"] }, ErrorKind.InvalidParameter, "conflicting options: container type network can't be used with links. This would result in undefined behavior"),
        ["links of the host's network"] = (new() { NetworkMode = "host", Links = ["a:b"] }, ErrorKind.InvalidParameter, "conflicting options: host type networking can't be used with links. This would result in undefined behavior"),
        ["published sctp"] = (Port("80/sctp", "80"), ErrorKind.NotImplemented, "the sctp protocol of a published port is not implemented by this engine yet"),
        ["range backwards"] = (Port("80/tcp", "9002-9000"), ErrorKind.InvalidParameter, "invalid port specification: \"9002-9000\""),
        ["device rule"] = (new() { DeviceCgroupRules = ["c 1:3"] }, ErrorKind.InvalidParameter, "invalid device cgroup rule format: 'c 1:3'"),
        ["extra host"] = (new() { ExtraHosts = ["name"] }, ErrorKind.InvalidParameter, "bad format for add-host: \"name\""),
        ["runtime"] = (new() { Runtime = "kata" }, ErrorKind.InvalidParameter, "unknown or invalid runtime name: kata"),
    };

    public static TheoryData<string> HostCases => [.. Hosts.Keys];

    private static HostConfig Port(string container, string host) => new()
    {
        PortBindings = new Dictionary<string, IReadOnlyList<PortBinding>?> { [container] = [new PortBinding { HostPort = host }] },
    };

    [Theory]
    [MemberData(nameof(HostCases))]
    public void Check_WrongHostConfig_IsRefusedInDockersWords(string name)
    {
        var (host, kind, words) = Hosts[name];

        var error = Assert.Throws<EngineException>(() => HostConfigRules.Check(new ContainerConfig(), host, cpus: 2));

        Assert.Equal((kind, words), (error.Kind, error.Message));
    }

    [Fact]
    public void Check_DefaultHostConfig_Passes() => HostConfigRules.Check(new ContainerConfig(), new HostConfig(), cpus: 2);

    [Fact]
    public void Check_CompletedHostConfig_PassesAgain() =>
        HostConfigRules.Check(new ContainerConfig(), HostConfigDefaults.Complete(new HostConfig { Memory = 64 << 20 }), cpus: 2);

    [Theory]
    [InlineData("x")]
    [InlineData("-web")]
    [InlineData("we b")]
    [InlineData("web\n")]
    [InlineData("<b>")]
    public void Name_Wrong_IsRefusedInDockersWords(string name)
    {
        var error = Assert.Throws<EngineException>(() => ContainerName.Validate(name));

        Assert.Equal($"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", error.Message);
    }

    [Fact]
    public void Name_LeadingSlash_IsTakenAway() => Assert.Equal("web.1_a-b", ContainerName.Validate("/web.1_a-b"));

    [Theory]
    [InlineData("sh", "the working directory 'sh' is invalid, it needs to be an absolute path")]
    public void WorkingDir_Relative_IsRefused(string directory, string words)
    {
        var error = Assert.Throws<EngineException>(() => ConfigRules.CheckCompleted(new ContainerConfig { WorkingDir = directory }));

        Assert.Equal(words, error.Message);
    }

    [Fact]
    public void RandomName_Many_AreValid()
    {
        for (var attempt = 0; attempt < 200; attempt++)
            ContainerName.Validate(RandomName.Next(attempt % 8));
    }

    [Theory]
    [InlineData("10m", 10L << 20)]
    [InlineData("512k", 512L << 10)]
    [InlineData("1GB", 1L << 30)]
    [InlineData("100", 100L)]
    [InlineData("-1", -1L)]
    public void LogSize_Text_IsBytes(string text, long bytes) =>
        Assert.Equal(bytes, JsonFileOptions.Parse("/l", new LogConfig { Config = new Dictionary<string, string> { ["max-size"] = text } }).MaxSize);
}
