namespace Dashboard.Tests.Contracts.Differential.Scenarios;

/// <summary>GET /containers/json with every filter, over containers in four states.</summary>
internal static class ContainerListScenario
{
    public static Scenario Make()
    {
        var scenario = new Scenario("container list")
            .Get("/containers/json?all=1")
            .Post("/networks/create", """{"Name":"listed","IPAM":{"Config":[{"Subnet":"10.99.1.0/24"}]}}""")
            .Post("/containers/create?name=made", """{"Image":"busybox:latest","Labels":{"tier":"web","x":""},"ExposedPorts":{"80/tcp":{}}}""", remember: "made")
            .Post("/containers/create?name=gone", """{"Image":"busybox:latest","Cmd":["sh","-c","exit 3"]}""", remember: "gone")
            .Post("/containers/gone/start")
            .Post("/containers/gone/wait")
            .Post("/containers/create?name=runs", """{"Image":"busybox","Entrypoint":["sh","-c"],"Cmd":["trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"],"Labels":{"tier":"db"},"ExposedPorts":{"90/udp":{},"80/tcp":{},"81/tcp":{}},"HostConfig":{"NetworkMode":"listed","PortBindings":{"80/tcp":[{"HostPort":"8070"}],"81/tcp":[{"HostIp":"127.0.0.1","HostPort":"8071"}]},"Binds":["listing:/data"]}}""", remember: "runs")
            .Post("/containers/runs/start")
            .Post("/containers/create?name=stands", """{"Image":"busybox:latest","Cmd":["sleep","600"],"HostConfig":{"NetworkMode":"none"},"Healthcheck":{"Test":["CMD","true"],"Interval":600000000000}}""")
            .Post("/containers/stands/start")
            .Post("/containers/stands/pause")
            .Each("GET", "/containers/json", "/containers/json?all=1", "/containers/json?all=0", "/containers/json?all=false", "/containers/json?all=nonsense", "/containers/json?size=1", "/containers/json?all=1&size=true",
                "/containers/json?limit=1", "/containers/json?limit=2&all=1", "/containers/json?limit=0", "/containers/json?limit=-1", "/containers/json?limit=x", "/containers/json?before=runs", "/containers/json?since=made&all=1");
        foreach (var filter in (string[])
        [
            """{"status":["created"]}""", """{"status":["exited"]}""", """{"status":["running"]}""", """{"status":["paused"]}""", """{"status":["restarting","dead","removing"]}""", """{"status":["nonsense"]}""", """{"status":{"running":true,"exited":true}}""", """{"status":[]}""",
            """{"exited":["3"]}""", """{"exited":["0"]}""", """{"exited":["x"]}""",
            """{"id":["<made>"]}""", """{"id":["none"]}""", """{"name":["ma"]}""", """{"name":["^/runs$"]}""", """{"name":["^runs$"]}""", """{"name":["/made"]}""", """{"name":["("]}""", """{"name":[""]}""", """{"name":["made","gone"]}""",
            """{"label":["tier"]}""", """{"label":["tier=db"]}""", """{"label":["tier","x"]}""", """{"label":["x="]}""", """{"label":["none"]}""",
            """{"ancestor":["busybox"]}""", """{"ancestor":["busybox:latest"]}""", """{"ancestor":["none"]}""", """{"ancestor":["Bad Name"]}""",
            """{"before":["runs"]}""", """{"since":["gone"]}""", """{"before":["none"]}""", """{"since":["none"]}""",
            """{"volume":["listing"]}""", """{"volume":["/data"]}""", """{"volume":["none"]}""",
            """{"network":["listed"]}""", """{"network":["bridge"]}""", """{"network":["none"]}""", """{"network":["no-such"]}""",
            """{"publish":["8070"]}""", """{"publish":["80/tcp"]}""", """{"publish":["8000-8090/tcp"]}""", """{"publish":["8070/udp"]}""", """{"publish":["x"]}""", """{"expose":["80"]}""", """{"expose":["90/udp"]}""", """{"expose":["1-100/udp"]}""", """{"expose":["x"]}""",
            """{"health":["none"]}""", """{"health":["starting"]}""", """{"health":["nonsense"]}""", """{"is-task":["true"]}""", """{"is-task":["false"]}""", """{"is-task":["x"]}""", """{"isolation":["default"]}""", """{"isolation":["x"]}""",
            """{"status":["running"],"label":["tier=web"]}""", """{"colour":["red"]}""", """{"STATUS":["running"]}""",
        ])
        {
            scenario.Get($"/containers/json?all=1&filters={filter}");
        }
        return scenario
            .Get("""/containers/json?filters={"status":["exited"]}""")
            .Get("""/containers/json?filters={"exited":["3"]}""")
            .Get("""/containers/json?filters={"before":["stands"]}""")
            .Get("""/containers/json?limit=1&filters={"label":["tier"]}""")
            .Get("/v1.24/containers/json?all=1")
            .Get("/system/df", unordered: true)
            .Get("/containers/mad/json")
            .Post("/containers/stands/unpause")
            .Each("DELETE", "/containers/stands?force=1", "/containers/runs", "/containers/runs?force=1&v=1", "/containers/gone?v=1")
            .Post("""/containers/prune?filters={"label":["none"]}""")
            .Post("""/containers/prune?filters={"label!":["tier"]}""")
            .Post("""/containers/prune?filters={"until":["1h"]}""")
            .Post("/containers/prune")
            .Post("/containers/prune")
            .Each("DELETE", "/volumes/listing", "/networks/listed");
    }
}
