namespace Dashboard.Tests.Contracts.Differential.Scenarios;

/// <summary>POST /containers/create with everything that it refuses, accepts or warns of.</summary>
internal static class ContainerCreateScenario
{
    private const string Path = "/containers/create";

    public static Scenario Make()
    {
        var scenario = new Scenario("container create")
            .PostEach(Path, "{}", """{"Image":""}""", """{"Image":"no-such-image"}""", """{"Image":"no-such-image:1"}""", """{"Image":"Bad Reference"}""", """{"Image":"busybox@sha256:bad"}""", """{"Image":"sha256:0123"}""")
            .Post(Path + "?name=nulls", """{"Image":"busybox:latest","HostConfig":null,"NetworkingConfig":null,"Env":null}""")
            .Get("/containers/nulls/json")
            .Delete("/containers/nulls")
            .Each("DELETE", "/containers/none", "/containers/?force=1")
            .Post(Path + "?name=a b", Of(""))
            .Post(Path + "?name=a", Of(""))
            .Post(Path + "?name=-ab", Of(""))
            .Post(Path + "?name=/ab", Of(""))
            .Post(Path + "?name=ab", Of(""))
            .Post(Path + "?name=/ab/c", Of(""))
            .Delete("/containers/ab")
            .Post(Path + "?name=bare&platform=linux/arm64", Of(""))
            .Post(Path + "?name=bare&platform=nonsense/x/y/z", Of(""))
            .Post("/v1.24/containers/create?name=older", Of(""""
                ,"HostConfig":{"Memory":67108864,"MemorySwap":67108864}
                """"))
            .Delete("/containers/older");
        foreach (var (fields, host) in s_settings)
        {
            scenario.Post(Path + "?name=made", Of(fields, host))
                .Get("/containers/made/json", unordered: true)
                .Delete("/containers/made?v=1");
        }
        // Where dockerd 20.10 refuses something only at the start, the container is there and is taken away again.
        foreach (var (fields, host) in s_doubtful) scenario.Post(Path + "?name=doubtful", Of(fields, host)).Delete("/containers/doubtful?v=1");
        return scenario.Delete("/volumes/named").Delete("/volumes/other");
    }

    private static string Of(string fields, string host) =>
        Of((fields.Length > 0 ? "," + fields : "") + (host.Length > 0 ? $",\"HostConfig\":{{{host}}}" : ""));

    private static string Of(string more) => $$"""{"Image":"busybox:latest","Cmd":["sleep","600"],"Hostname":"box"{{more}}}""";

    private static readonly (string Fields, string Host)[] s_settings =
    [
        ("", ""),
        ("""
         "Env":["A=1","A=2","B","C="],"Labels":{"a":"b","c":""},"WorkingDir":"/tmp","User":"app","Domainname":"example.org","StopSignal":"SIGINT","StopTimeout":3,"Tty":true,"OpenStdin":true,"StdinOnce":true,"AttachStdin":true,"AttachStdout":true,"AttachStderr":true
         """, ""),
        ("\"Entrypoint\":\"sh -c\"", ""),
        ("\"Entrypoint\":[\"sh\",\"-c\"],\"Shell\":[\"sh\"],\"ArgsEscaped\":true,\"NetworkDisabled\":true,\"MacAddress\":\"02:00:00:00:00:01\",\"OnBuild\":[]", ""),
        ("\"Entrypoint\":[]", ""),
        ("\"Volumes\":{\"/v\":{}},\"ExposedPorts\":{\"80/tcp\":{},\"53/udp\":{}}", ""),
        ("\"Volumes\":{\"relative\":{}}", ""),
        ("\"StopSignal\":\"15\"", ""),
        ("\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":1000000000,\"Timeout\":2000000000,\"Retries\":3,\"StartPeriod\":4000000000}", ""),
        ("\"Healthcheck\":{\"Test\":[\"NONE\"]}", ""),
        ("\"Healthcheck\":{\"Test\":[]}", ""),
        ("", """
             "Memory":67108864,"MemoryReservation":33554432,"MemorySwap":134217728,"CpuShares":512,"CpuQuota":50000,"CpuPeriod":100000,"CpusetCpus":"0","CpusetMems":"0","PidsLimit":100,"BlkioWeight":0,"OomKillDisable":false,"OomScoreAdj":100
             """),
        ("", "\"NanoCpus\":500000000,\"ShmSize\":1048576,\"ReadonlyRootfs\":true,\"Privileged\":true,\"PublishAllPorts\":true,\"Init\":true,\"AutoRemove\":false"),
        ("", "\"CapAdd\":[\"NET_ADMIN\"],\"CapDrop\":[\"CAP_MKNOD\",\"chown\"],\"GroupAdd\":[\"extra\",\"99\"],\"SecurityOpt\":[\"no-new-privileges\"],\"Sysctls\":{\"net.ipv4.ip_forward\":\"1\"}"),
        ("", "\"Dns\":[\"10.0.0.1\"],\"DnsSearch\":[\"example.org\"],\"DnsOptions\":[\"ndots:1\"],\"ExtraHosts\":[\"a:1.2.3.4\"],\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":100,\"Hard\":200}]"),
        ("", "\"Devices\":[{\"PathOnHost\":\"/dev/null\",\"PathInContainer\":\"/dev/nil\",\"CgroupPermissions\":\"r\"}],\"DeviceCgroupRules\":[\"c 1:3 r\"],\"Tmpfs\":{\"/t\":\"size=1m\"}"),
        ("", "\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":3},\"LogConfig\":{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"1m\"}}"),
        ("", "\"RestartPolicy\":{\"Name\":\"always\"},\"LogConfig\":{\"Type\":\"none\"}"),
        ("", "\"RestartPolicy\":{\"Name\":\"unless-stopped\"},\"LogConfig\":{\"Type\":\"local\"}"),
        ("", "\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"8080\"},{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8081\"}],\"53/udp\":[{\"HostPort\":\"\"}],\"90\":null}"),
        ("", "\"Binds\":[\"/etc:/host:ro\",\"named:/data\",\"other:/rest:nocopy\"]"),
        ("", "\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/a\"},{\"Type\":\"bind\",\"Source\":\"/etc\",\"Target\":\"/b\",\"ReadOnly\":true},{\"Type\":\"tmpfs\",\"Target\":\"/c\",\"TmpfsOptions\":{\"SizeBytes\":1048576,\"Mode\":448}}]"),
        ("", "\"NetworkMode\":\"host\""),
        ("", "\"NetworkMode\":\"none\""),
        ("", "\"NetworkMode\":\"bridge\""),
        ("", "\"NetworkMode\":\"default\",\"IpcMode\":\"private\",\"PidMode\":\"host\",\"UTSMode\":\"\",\"CgroupnsMode\":\"host\""),
        ("", "\"IpcMode\":\"none\""),
        ("", "\"Memory\":-1"),
        ("", "\"MemorySwap\":67108864"),
        ("", "\"Memory\":67108864,\"MemoryReservation\":134217728"),
        ("", "\"MemorySwappiness\":60"),
        ("", "\"PidsLimit\":-1"),
        ("", "\"PidsLimit\":0"),
        ("", "\"OomKillDisable\":true"),
        ("", "\"NetworkMode\":\"none\",\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"80\"}]}"),
        ("", "\"NetworkMode\":\"no-such-network\""),
        ("", "\"Isolation\":\"default\""),
        ("", "\"StorageOpt\":{\"size\":\"1g\"}"),
        ("\"User\":\"no-such-user\"", ""),
        ("\"Cmd\":[]", ""),
        ("\"Cmd\":null", ""),
        ("\"NetworkingConfig\":{\"EndpointsConfig\":{\"bridge\":{\"Aliases\":[\"a\"]}}}", ""),
    ];

    private static readonly (string Fields, string Host)[] s_doubtful =
    [
        ("\"Entrypoint\":[\"\"]", ""),
        ("\"Volumes\":{\"/\":{}}", ""),
        ("\"ExposedPorts\":{\"nonsense\":{}}", ""),
        ("\"ExposedPorts\":{\"80/nope\":{}}", ""),
        ("\"ExposedPorts\":{\"70000/tcp\":{}}", ""),
        ("\"Env\":[\"=x\"]", ""),
        ("\"Env\":[\"\"]", ""),
        ("\"StopSignal\":\"SIGNOPE\"", ""),
        ("\"WorkingDir\":\"relative\"", ""),
        ("\"MacAddress\":\"nonsense\"", ""),
        ("\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":1000}", ""),
        ("\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Timeout\":1000}", ""),
        ("\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Retries\":-1}", ""),
        ("\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"StartPeriod\":1000}", ""),
        ("", "\"Memory\":1000"),
        ("", "\"Memory\":67108864,\"MemorySwap\":1000"),
        ("", "\"MemoryReservation\":1000"),
        ("", "\"MemorySwappiness\":101"),
        ("", "\"KernelMemory\":1000"),
        ("", "\"NanoCpus\":-1"),
        ("", "\"NanoCpus\":999000000000"),
        ("", "\"NanoCpus\":1000000000,\"CpuQuota\":50000"),
        ("", "\"NanoCpus\":1000000000,\"CpuPeriod\":50000"),
        ("", "\"CpuPeriod\":1"),
        ("", "\"CpuQuota\":1"),
        ("", "\"CpuShares\":-1"),
        ("", "\"CpusetCpus\":\"x\""),
        ("", "\"CpusetCpus\":\"9999\""),
        ("", "\"CpusetMems\":\"99\""),
        ("", "\"OomScoreAdj\":2000"),
        ("", "\"BlkioWeight\":5"),
        ("", "\"ShmSize\":-1"),
        ("", "\"RestartPolicy\":{\"Name\":\"sometimes\"}"),
        ("", "\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":3}"),
        ("", "\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":-3}"),
        ("", "\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"always\"}"),
        ("", "\"CapAdd\":[\"NOPE\"]"),
        ("", "\"SecurityOpt\":[\"nonsense\"]"),
        ("", "\"SecurityOpt\":[\"seccomp=nonsense\"]"),
        ("", "\"Sysctls\":{\"kernel.nonsense\":\"1\"}"),
        ("", "\"Dns\":[\"nonsense\"]"),
        ("", "\"ExtraHosts\":[\"nonsense\"]"),
        ("", "\"ExtraHosts\":[\"a:nonsense\"]"),
        ("", "\"Ulimits\":[{\"Name\":\"nonsense\",\"Soft\":1,\"Hard\":2}]"),
        ("", "\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":2,\"Hard\":1}]"),
        ("", "\"DeviceCgroupRules\":[\"nonsense\"]"),
        ("", "\"LogConfig\":{\"Type\":\"json-file\",\"Config\":{\"nonsense\":\"1\"}}"),
        ("", "\"LogConfig\":{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"x\"}}"),
        ("", "\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"x\"}]}"),
        ("", "\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"70000\"}]}"),
        ("", "\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"9-8\"}]}"),
        ("", "\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"nonsense\",\"HostPort\":\"80\"}]}"),
        ("", "\"PortBindings\":{\"x/tcp\":[{\"HostPort\":\"80\"}]}"),
        ("", "\"PortBindings\":{\"80/nope\":[{\"HostPort\":\"80\"}]}"),
        ("", "\"Binds\":[\"relative/path:/b\"]"),
        ("", "\"Binds\":[\"/etc:relative\"]"),
        ("", "\"Binds\":[\"/etc:/\"]"),
        ("", "\"Binds\":[\"/etc:/a:nonsense\"]"),
        ("", "\"Binds\":[\"/etc:/a:ro:x\"]"),
        ("", "\"Binds\":[\"/etc:/a\",\"/usr:/a\"]"),
        ("", "\"Binds\":[\"\"]"),
        ("", "\"Mounts\":[{\"Type\":\"nonsense\",\"Target\":\"/a\"}]"),
        ("", "\"Mounts\":[{\"Type\":\"bind\",\"Target\":\"/a\"}]"),
        ("", "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/no/such/path\",\"Target\":\"/a\"}]"),
        ("", "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/etc\"}]"),
        ("", "\"Mounts\":[{\"Type\":\"tmpfs\",\"Source\":\"/etc\",\"Target\":\"/a\"}]"),
        ("", "\"Mounts\":[{\"Type\":\"volume\",\"Source\":\"bad name\",\"Target\":\"/a\"}]"),
        ("", "\"Tmpfs\":{\"relative\":\"\"}"),
        ("", "\"Tmpfs\":{\"/t\":\"nonsense\"}"),
        ("", "\"VolumesFrom\":[\"none\"]"),
        ("", "\"VolumesFrom\":[\"made:nonsense\"]"),
        ("", "\"NetworkMode\":\"container:none\""),
        ("", "\"NetworkMode\":\"container:\""),
        ("", "\"IpcMode\":\"nonsense\""),
        ("", "\"IpcMode\":\"container:none\""),
        ("", "\"PidMode\":\"nonsense\""),
        ("", "\"PidMode\":\"container:none\""),
        ("", "\"UTSMode\":\"nonsense\""),
        ("", "\"UsernsMode\":\"nonsense\""),
        ("", "\"CgroupnsMode\":\"nonsense\""),
        ("", "\"Isolation\":\"nonsense\""),
        ("", "\"Runtime\":\"nonsense\""),
        ("", "\"Links\":[\"none:alias\"]"),
        ("\"Hostname\":\"-bad-\"", ""),
        ("\"Hostname\":\"bad name\"", ""),
        ("\"NetworkingConfig\":{\"EndpointsConfig\":{\"bridge\":{\"IPAMConfig\":{\"IPv4Address\":\"172.17.0.99\"}}}}", ""),
        ("\"NetworkingConfig\":{\"EndpointsConfig\":{\"bridge\":{\"IPAMConfig\":{\"IPv4Address\":\"nonsense\"}}}}", ""),
    ];
}
