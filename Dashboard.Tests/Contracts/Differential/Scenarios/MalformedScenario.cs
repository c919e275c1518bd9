namespace Dashboard.Tests.Contracts.Differential.Scenarios;

/// <summary>What no client should send: versions, paths, methods, content types and JSON that are wrong on every noun.</summary>
internal static class MalformedScenario
{
    private static readonly string[] s_filtered = ["/containers/json", "/images/json", "/volumes", "/networks", "/events", "/plugins"];
    private static readonly string[] s_pruned = ["/containers/prune", "/images/prune", "/volumes/prune", "/networks/prune"];
    private static readonly string[] s_posted = ["/containers/create", "/containers/none/update", "/containers/none/exec", "/exec/none/start", "/volumes/create", "/networks/create", "/networks/none/connect", "/networks/none/disconnect", "/commit?container=none"];

    public static Scenario Make()
    {
        var scenario = new Scenario("malformed")
            .Each("GET", "/v9.99/info", "/v1.0/info", "/v1.11/info", "/v1.23/containers/json", "/v1.24/containers/json", "/v1.99/_ping", "/v1/info", "/v1.41.1/info", "/vx/info", "/v1.41", "/v1.41/")
            .Each("GET", "/v9.99/none", "/none", "/containers", "/containers/", "/containers/none", "/containers/none/none", "/images", "/Containers/json", "/containers//json", "/containers/json/", "/containers/%2e%2e/json", "//info", "/info/", "/volumes/")
            .Get("/networks/", unordered: true)
            .Each("POST", "/info", "/_ping", "/version", "/containers/json", "/containers/none/json", "/images/json")
            .Each("PUT", "/containers/json", "/info", "/containers/create", "/_ping")
            .Each("DELETE", "/info", "/containers/json", "/containers/none/start", "/images", "/volumes", "/networks")
            .Each("GET", "/containers/create", "/containers/none/start", "/containers/prune", "/exec/none/start", "/volumes/create", "/commit", "/auth")
            .Each("HEAD", "/info", "/containers/json", "/containers/none/json", "/containers/none/archive?path=/", "/none")
            .Each("PATCH", "/info", "/containers/json")
            .Each("OPTIONS", "/info", "/containers/json");
        foreach (var path in s_filtered)
        {
            var until = path == "/events" ? "until=1&" : "";
            scenario.Each("GET", $"{path}?{until}filters=nonsense", $$$"""{{{path}}}?{{{until}}}filters={""", $"{path}?{until}filters=[]", $$$"""{{{path}}}?{{{until}}}filters={"colour":["red"]}""",
                $$$"""{{{path}}}?{{{until}}}filters={"colour":{"red":true}}""", $$$"""{{{path}}}?{{{until}}}filters={"label":"a"}""", $$$"""{{{path}}}?{{{until}}}filters={"label":[1]}""")
                .Get($"{path}?{until}filters={{}}", unordered: true);
        }
        foreach (var path in s_pruned)
            scenario.Each("POST", $"{path}?filters=nonsense", $$$"""{{{path}}}?filters={"colour":["red"]}""", $$$"""{{{path}}}?filters={"until":["nonsense"]}""", $$$"""{{{path}}}?filters={"label!":["none"]}""");
        foreach (var path in s_posted)
        {
            scenario.PostEach(path, "", "nonsense", "{", "[]", "\"text\"", "1", """{"a":1""", """{"a" 1}""", """{"a":}""")
                .Post(path)
                .Post(path, "{}", contentType: "text/plain")
                .Post(path, "{}", contentType: "nonsense/; =")
                .Post(path, "{}", contentType: "");
            if (path == "/volumes/create") continue;
            scenario.Post(path, "{}", contentType: "application/json; charset=utf-8").Post(path, "{} {}");
        }
        return Types(scenario);
    }

    private static Scenario Types(Scenario scenario) => scenario
            .PostEach("/containers/create",
                """{"Image":1}""", """{"Image":["a"]}""", """{"Env":"A=1"}""", """{"Env":[1]}""", """{"Cmd":1}""", """{"Cmd":[1]}""", """{"Labels":["a"]}""", """{"Labels":{"a":1}}""", """{"Tty":"yes"}""", """{"ExposedPorts":["80"]}""",
                """{"Volumes":["/v"]}""", """{"StopTimeout":"5"}""", """{"StopTimeout":1.5}""", """{"Healthcheck":{"Test":"true"}}""", """{"Healthcheck":{"Interval":"1s"}}""", """{"HostConfig":[]}""", """{"HostConfig":{"Memory":"1g"}}""", """{"HostConfig":{"Memory":99999999999999999999}}""",
                """{"HostConfig":{"Binds":"/a:/b"}}""", """{"HostConfig":{"PortBindings":[]}}""", """{"HostConfig":{"PortBindings":{"80/tcp":{"HostPort":"80"}}}}""", """{"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":80}]}}}""",
                """{"HostConfig":{"RestartPolicy":"always"}}""", """{"HostConfig":{"CapAdd":1}}""", """{"HostConfig":{"Devices":{}}}""", """{"HostConfig":{"Ulimits":[{"Name":1}]}}""", """{"HostConfig":{"LogConfig":{"Config":[]}}}""",
                """{"NetworkingConfig":[]}""", """{"NetworkingConfig":{"EndpointsConfig":[]}}""", """{"NetworkingConfig":{"EndpointsConfig":{"a":1}}}""")
            .PostEach("/networks/create", """{"Name":1}""", """{"Name":"n","IPAM":[]}""", """{"Name":"n","IPAM":{"Config":{}}}""", """{"Name":"n","Options":{"a":1}}""", """{"Name":"n","Internal":"yes"}""")
            .PostEach("/volumes/create", """{"Name":1}""", """{"Name":"n","DriverOpts":[]}""", """{"Name":"n","Labels":{"a":1}}""");
}
