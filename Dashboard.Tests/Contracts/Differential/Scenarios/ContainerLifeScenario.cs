namespace Dashboard.Tests.Contracts.Differential.Scenarios;

/// <summary>The verbs that change a container's state, in right and wrong states.</summary>
internal static class ContainerLifeScenario
{
    private static readonly string[] s_verbs = ["start", "stop", "restart", "kill", "pause", "unpause", "rename?name=x1", "wait", "resize?h=1&w=1", "attach?stream=1&stdout=1"];

    public static Scenario Make()
    {
        var scenario = new Scenario("container life");
        foreach (var verb in s_verbs) scenario.Post($"/containers/none/{verb}");
        scenario.PostEach("/containers/none/update", "{}", """{"Memory":1000}""")
            .Each("GET", "/containers/none/json", "/containers/none/top", "/containers/none/logs?stdout=1", "/containers/none/stats?stream=0", "/containers/none/changes", "/containers/none/export", "/containers/none/archive?path=/")
            .Post("/containers/create?name=life", """{"Image":"busybox:latest","Cmd":<idle>}""", remember: "life")
            .Each("POST", "/containers/life/stop", "/containers/life/kill", "/containers/life/pause", "/containers/life/unpause", "/containers/life/resize?h=1&w=1", "/containers/life/wait?condition=not-running", "/containers/life/exec")
            .Post("/containers/life/exec", """{"Cmd":["true"]}""")
            .Each("GET", "/containers/life/top", "/containers/life/stats?stream=0", "/containers/life/stats?stream=0&one-shot=1", "/containers/life/logs?stdout=1", "/containers/life/changes")
            .Post("/containers/life/start", "{}")
            .Post("/containers/life/start")
            .Post("/containers/life/start", """{"Binds":["/a:/b"]}""")
            .Post("/containers/life/start?detachKeys=nonsense")
            .Each("POST", "/containers/life/unpause", "/containers/life/kill?signal=SIGNOPE", "/containers/life/kill?signal=0", "/containers/life/kill?signal=999", "/containers/life/kill?signal=WINCH", "/containers/life/kill?signal=SIGWINCH", "/containers/life/kill?signal=28", "/containers/life/kill?signal=sigwinch")
            .Each("POST", "/containers/life/rename?name=", "/containers/life/rename", "/containers/life/rename?name=bad name", "/containers/life/rename?name=life", "/containers/life/rename?name=/life2", "/containers/life2/rename?name=life")
            .Post("/containers/create?name=other", """{"Image":"busybox:latest"}""")
            .Post("/containers/life/rename?name=other")
            .Each("POST", "/containers/life/resize?h=10&w=20", "/containers/life/resize?h=a&w=20", "/containers/life/resize?h=10", "/containers/life/resize", "/containers/life/resize?h=-1&w=1", "/containers/life/resize?h=99999999999&w=1")
            .Get("/containers/life/top?ps_args=", shapeOnly: true)
            .Each("GET", "/containers/life/top?ps_args=--nonsense", "/containers/life/top?ps_args=-o pid,nonsense")
            .Post("/containers/life/pause")
            .Post("/containers/life/pause")
            .Get("/containers/life/json")
            .Post("/containers/life/exec", """{"Cmd":["true"]}""")
            .Post("/containers/life/start")
            .Post("/containers/life/restart?t=nonsense")
            .Delete("/containers/life")
            .Post("/containers/life/unpause")
            .Post("/containers/life/unpause")
            .Each("POST", "/containers/life/stop?t=x", "/containers/life/stop?t=1.5")
            .Delete("/containers/life")
            .Delete("/containers/life?force=0")
            .Delete("/containers/life?link=1")
            .Post("/containers/life/restart?t=5")
            .Get("/containers/life/json")
            .Post("/containers/life/stop?t=5")
            .Get("/containers/life/json")
            .Post("/containers/life/stop")
            .Post("/containers/life/wait")
            .Each("POST", "/containers/life/kill", "/containers/life/pause")
            .Post("/containers/life/restart?t=0")
            .Post("/containers/life/kill")
            .Post("/containers/life/wait")
            .Get("/containers/life/json")
            .Delete("/containers/<life>")
            .Delete("/containers/life")
            .Delete("/containers/other");
        Update(scenario);
        Starts(scenario);
        return scenario;
    }

    private static void Update(Scenario scenario) => scenario
        .Post("/containers/create?name=limits", """{"Image":"busybox:latest","Cmd":<idle>,"HostConfig":{"NetworkMode":"none","Memory":67108864,"MemorySwap":134217728}}""")
        .Post("/containers/limits/start")
        .PostEach("/containers/limits/update",
            "{}", """{"Memory":134217728,"MemorySwap":268435456}""", """{"Memory":1000}""", """{"Memory":536870912}""", """{"CpuShares":256,"PidsLimit":50}""", """{"NanoCpus":500000000}""", """{"CpuQuota":5000}""", """{"CpusetCpus":"9999"}""",
            """{"CpusetCpus":"0"}""", """{"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":2}}""", """{"RestartPolicy":{"Name":"sometimes"}}""", """{"RestartPolicy":{"Name":"always","MaximumRetryCount":2}}""", """{"BlkioWeight":5}""", """{"Memory":"x"}""",
            """{"PidsLimit":0}""", """{"PidsLimit":-1}""", """{"KernelMemory":99}""", """{"MemoryReservation":33554432}""")
        .Get("/containers/limits/json")
        .Delete("/containers/limits?force=true")
        .Post("/containers/limits/update", "{}");

    private static void Starts(Scenario scenario)
    {
        foreach (var (config, last) in ((string, string)[])
        [
            ("""{"Image":"busybox:latest","Cmd":["no-such-program"]}""", "start"),
            ("""{"Image":"busybox:latest","Cmd":["/etc/not-executable"]}""", "start"),
            ("""{"Image":"busybox:latest","Cmd":["/etc"]}""", "start"),
            ("""{"Image":"busybox:latest","Cmd":["true"],"User":"nobody-here"}""", "start"),
            ("""{"Image":"busybox:latest","Cmd":["true"],"User":"root:nogroup-here"}""", "start"),
            ("""{"Image":"busybox:latest","Cmd":["true"],"HostConfig":{"NetworkMode":"no-such-network"}}""", "start"),
            ("""{"Image":"busybox:latest","Cmd":["true"],"HostConfig":{"NetworkMode":"container:none"}}""", "start"),
            ("""{"Image":"busybox:latest","Cmd":["true"],"HostConfig":{"Devices":[{"PathOnHost":"/dev/none","PathInContainer":"/dev/none"}]}}""", "start"),
            ("""{"Image":"busybox:latest","Cmd":["sh","-c","exit 7"]}""", "start"),
            ("""{"Image":"busybox:latest","Cmd":["sh","-c","kill -9 $$"]}""", "restart"),
        ])
        {
            scenario.Post("/containers/create?name=starts", config)
                .Post($"/containers/starts/{last}")
                .Post("/containers/starts/wait")
                .Get("/containers/starts/json")
                .Get("""/containers/json?all=1&filters={"name":["starts"]}""")
                .Delete("/containers/starts");
        }
        scenario
            .Post("/containers/create?name=first", """{"Image":"busybox:latest","Cmd":<idle>,"ExposedPorts":{"80/tcp":{}},"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"8060"}]}}}""")
            .Post("/containers/first/start")
            .Post("/containers/create?name=second", """{"Image":"busybox:latest","Cmd":["true"],"ExposedPorts":{"80/tcp":{}},"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"8060"}]}}}""")
            .Post("/containers/second/start")
            .Get("/containers/second/json")
            .Post("/containers/create?name=first", """{"Image":"busybox:latest"}""")
            .Post("/containers/create?name=/first", """{"Image":"busybox:latest"}""")
            .Delete("/containers/second")
            .Post("/containers/create?name=linked", """{"Image":"busybox:latest","Cmd":["true"],"HostConfig":{"Links":["first:alias"]}}""")
            .Get("/containers/linked/json")
            .Get("/containers/json?all=1", unordered: true)
            .Get("/containers/linked/alias/json")
            .Delete("/containers/linked/none?link=1")
            .Delete("/containers/linked/alias?link=1")
            .Get("/containers/linked/json")
            .Delete("/containers/linked")
            .Delete("/containers/first?force=1")
            .Post("/containers/create?name=auto", """{"Image":"busybox:latest","Cmd":["sh","-c","exit 4"],"HostConfig":{"AutoRemove":true}}""")
            .Delete("/containers/auto");
    }
}
