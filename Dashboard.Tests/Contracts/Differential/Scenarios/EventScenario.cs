namespace Dashboard.Tests.Contracts.Differential.Scenarios;

/// <summary>The events of a life of everything, with every filter.</summary>
internal static class EventScenario
{
    public static Scenario Make()
    {
        var scenario = new Scenario("events")
            .Post("/networks/create", """{"Name":"eventful","IPAM":{"Config":[{"Subnet":"10.99.3.0/24"}]}}""", remember: "net")
            .Post("/volumes/create", """{"Name":"eventful"}""")
            .Post("/images/busybox/tag?repo=eventful&tag=1")
            .Post("/containers/create?name=lives", """{"Image":"busybox:latest","Cmd":["sleep","3600"],"StopSignal":"SIGKILL","Labels":{"tier":"web"},"HostConfig":{"NetworkMode":"eventful","Binds":["eventful:/data"]}}""", remember: "lives")
            .Post("/containers/lives/start")
            .Post("/containers/lives/rename?name=renamed")
            .Post("/containers/renamed/pause")
            .Post("/containers/renamed/unpause")
            .Post("/containers/renamed/update", """{"CpuShares":100}""")
            .Post("/containers/renamed/resize?h=1&w=1")
            .Post("/containers/renamed/exec", """{"Cmd":["sh","-c","exit 2"],"AttachStdout":true}""", remember: "exec")
            .Post("/exec/<exec>/start", "{}")
            .Get("/exec/<exec>/json", until: "\"Running\":false")
            .Get("/containers/renamed/top", shapeOnly: true)
            .Head("/containers/renamed/archive?path=/etc")
            .Get("/containers/renamed/archive?path=/etc/passwd")
            .Post("/networks/bridge/connect", """{"Container":"renamed"}""")
            .Post("/networks/bridge/disconnect", """{"Container":"renamed"}""")
            .Post("/containers/renamed/kill?signal=WINCH")
            .Post("/containers/renamed/stop?t=5")
            .Post("/containers/renamed/start")
            .Post("/containers/renamed/restart?t=5")
            .Post("/containers/renamed/kill")
            .Post("/containers/renamed/wait")
            .Get("/containers/renamed/export")
            .Post("/commit?container=renamed&repo=committed&tag=1", remember: "committed")
            .Delete("/containers/renamed?v=1")
            .Post("/containers/create?name=short", """{"Image":"busybox:latest","Cmd":["sh","-c","exit 3"],"HostConfig":{"AutoRemove":true,"NetworkMode":"none"}}""")
            .Post("/containers/short/attach?stream=0&stdout=1")
            .Post("/containers/short/start")
            .Get("""/events?since=<began>&until=<now>&filters={"container":["short"]}""", unordered: true, until: "\"destroy\"")
            .Post("/containers/create?name=fails", """{"Image":"busybox:latest","Cmd":["no-such"],"HostConfig":{"NetworkMode":"none"}}""")
            .Post("/containers/fails/start")
            .Post("/containers/prune")
            .Delete("/images/eventful:1")
            .Delete("/images/committed:1")
            .Delete("/networks/eventful")
            .Delete("/volumes/eventful")
            .Post("/volumes/prune")
            .Post("/networks/prune")
            .Post("/images/prune");
        foreach (var filter in (string[])
        [
            "{}", """{"type":["container"]}""", """{"type":["image"]}""", """{"type":["network"]}""", """{"type":["volume"]}""", """{"type":["daemon"]}""", """{"event":["start"]}""", """{"event":["die","destroy"]}""", """{"event":["exec_create"]}""", """{"event":["exec_die"]}""", """{"event":["none"]}""",
            """{"container":["lives"]}""", """{"container":["renamed"]}""", """{"container":["<lives>"]}""", """{"container":["none"]}""", """{"image":["busybox"]}""", """{"image":["eventful:1"]}""", """{"network":["eventful"]}""", """{"network":["<net>"]}""", """{"volume":["eventful"]}""", """{"label":["tier"]}""", """{"label":["tier=db"]}""", """{"scope":["local"]}""", """{"scope":["swarm"]}""",
            """{"type":["container"],"event":["create"],"label":["tier=web"]}""", """{"daemon":["x"]}""", """{"plugin":["x"]}""", """{"node":["x"]}""", """{"event":{"start":true}}""",
        ])
        {
            scenario.Get($"/events?since=<began>&until=<now>&filters={filter}", unordered: true);
        }
        return scenario.Get("/v1.24/events?since=<began>&until=<now>", unordered: true);
    }
}
