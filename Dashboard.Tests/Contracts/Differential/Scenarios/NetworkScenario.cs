namespace Dashboard.Tests.Contracts.Differential.Scenarios;

internal static class NetworkScenario
{
    private static readonly string[] s_doubtful =
    [
        """{"Name":""}""",
        """{"Name":"bridge"}""",
        """{"Name":"host"}""",
        """{"Name":"none"}""",
        """{"Name":"n","Driver":"host"}""",
        """{"Name":"n","Driver":"null"}""",
        """{"Name":"n","Scope":"nonsense"}""",
        """{"Name":"n","Scope":"swarm"}""",
        """{"Name":"n","Ingress":true}""",
        """{"Name":"n","ConfigFrom":{"Network":"none"}}""",
        """{"Name":"n","IPAM":{"Config":[{"Subnet":"nonsense"}]}}""",
        """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.99.0.0/99"}]}}""",
        """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.99.0.1/24"}]}}""",
        """{"Name":"n","IPAM":{"Config":[{"Gateway":"10.99.0.1"}]}}""",
        """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.99.0.0/24","Gateway":"nonsense"}]}}""",
        """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.99.0.0/24","Gateway":"10.98.0.1"}]}}""",
        """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.99.0.0/24","IPRange":"nonsense"}]}}""",
        """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.99.0.0/24","IPRange":"10.98.0.0/24"}]}}""",
        """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.99.0.0/24","AuxiliaryAddresses":{"a":"nonsense"}}]}}""",
        """{"Name":"n","IPAM":{"Config":[{"IPRange":"10.99.0.0/25"}]}}""",
        """{"Name":"n","IPAM":{"Config":[{"Subnet":"10.99.0.0/24"},{"Subnet":"10.99.0.128/25"}]}}""",
        """{"Name":"n","Options":{"com.docker.network.driver.mtu":"x"}}""",
        """{"Name":"n","Options":{"com.docker.network.bridge.enable_icc":"x"}}""",
        """{"Name":"n","EnableIPv6":true}""",
    ];

    public static Scenario Make()
    {
        var scenario = new Scenario("networks")
            .Get("/networks", unordered: true)
            .Each("GET", "/networks/bridge", "/networks/host", "/networks/none", "/networks/no-such", "/networks/bridge?verbose=1", "/networks/bridge?verbose=x", "/networks/bridge?scope=local", "/networks/bridge?scope=swarm", "/networks/bridge?scope=x");
        foreach (var body in s_doubtful) scenario.Post("/networks/create", body).Get("/networks/n").Delete("/networks/n");
        scenario
            .Each("DELETE", "/networks/bridge", "/networks/host", "/networks/none", "/networks/no-such")
            .Post("/networks/create", """{"Name":"first","CheckDuplicate":true,"Labels":{"tier":"db"},"Options":{"com.docker.network.driver.mtu":"1400"},"IPAM":{"Driver":"default","Config":[{"Subnet":"10.99.10.0/24","IPRange":"10.99.10.128/25","Gateway":"10.99.10.254","AuxiliaryAddresses":{"x":"10.99.10.130"}}]}}""", remember: "first")
            .Get("/networks/first")
            .Get("/networks/<first>")
            .Post("/networks/create", """{"Name":"first","CheckDuplicate":true}""")
            .Post("/networks/create", """{"Name":"overlaps","IPAM":{"Config":[{"Subnet":"10.99.10.0/25"}]}}""")
            .Post("/networks/create", """{"Name":"inner","Internal":true,"Attachable":true,"IPAM":{"Config":[{"Subnet":"10.99.11.0/24"}]}}""")
            .Post("/networks/create", """{"Name":"six","EnableIPv6":true,"IPAM":{"Config":[{"Subnet":"10.99.12.0/24"},{"Subnet":"fd99:12::/64"}]}}""")
            .Get("/networks/inner")
            .Get("/networks/six");
        foreach (var filter in (string[])["""{"name":["fir"]}""", """{"name":["^first$"]}""", """{"name":["none"]}""", """{"id":["<first>"]}""", """{"id":["x"]}""", """{"driver":["bridge"]}""", """{"driver":["null","host"]}""", """{"driver":["x"]}""", """{"scope":["local"]}""", """{"scope":["swarm"]}""", """{"scope":["x"]}""", """{"type":["builtin"]}""", """{"type":["custom"]}""", """{"type":["x"]}""", """{"label":["tier"]}""", """{"label":["tier=x"]}""", """{"dangling":["true"]}""", """{"dangling":["false"]}""", """{"dangling":["x"]}""", """{"type":["custom"],"name":["inner"]}"""])
            scenario.Get($"/networks?filters={filter}", unordered: true);
        return Connecting(scenario)
            .Post("""/networks/prune?filters={"label":["none"]}""")
            .Post("""/networks/prune?filters={"label!":["tier"]}""", unordered: true)
            .Post("""/networks/prune?filters={"until":["1h"]}""")
            .Post("""/networks/prune?filters={"label":["tier=db"]}""")
            .Post("/networks/prune")
            .Get("/networks", unordered: true);
    }

    private static Scenario Connecting(Scenario scenario) => scenario
        .Post("/containers/create?name=member", """{"Image":"busybox:latest","Cmd":<idle>}""", remember: "member")
        .PostEach("/networks/first/connect", "{}", """{"Container":"none"}""")
        .Post("/networks/first/connect", """{"Container":"member","EndpointConfig":{"Aliases":["nick"],"IPAMConfig":{"IPv4Address":"10.99.10.200"}}}""")
        .Get("/containers/member/json")
        .Get("/networks/first")
        .Post("/networks/first/connect", """{"Container":"member"}""")
        .Post("/containers/member/start")
        .Post("/networks/first/connect", """{"Container":"member","EndpointConfig":{"IPAMConfig":{"IPv4Address":"nonsense"}}}""")
        .Post("/networks/no-such/connect", """{"Container":"member"}""")
        .Post("/networks/host/connect", """{"Container":"member"}""")
        .Post("/networks/none/connect", """{"Container":"member"}""")
        .Get("/networks/first")
        .Get("/networks/<first>?verbose=true")
        .Get("/networks", unordered: true)
        .Get("/containers/member/json")
        .Post("/networks/first/connect", """{"Container":"member"}""")
        .Post("/networks/inner/connect", """{"Container":"<member>","EndpointConfig":{"IPAMConfig":{"IPv4Address":"10.98.0.1"}}}""")
        .Post("/networks/inner/connect", """{"Container":"<member>","EndpointConfig":{"Links":["none:x"]}}""")
        .Post("/networks/inner/connect", """{"Container":"<member>"}""")
        .Post("/networks/six/connect", """{"Container":"member","EndpointConfig":{"IPAMConfig":{"IPv6Address":"fd99:12::77"}}}""")
        .Get("/containers/member/json")
        .Delete("/networks/first")
        .PostEach("/networks/first/disconnect", "{}", """{"Container":"none"}""", """{"Container":"none","Force":true}""")
        .Post("/networks/no-such/disconnect", """{"Container":"member"}""")
        .Post("/networks/host/disconnect", """{"Container":"member"}""")
        .Post("/networks/first/disconnect", """{"Container":"member"}""")
        .Post("/networks/first/disconnect", """{"Container":"member"}""")
        .Post("/networks/six/disconnect", """{"Container":"member","Force":true}""")
        .Post("/networks/bridge/disconnect", """{"Container":"member"}""")
        .Get("/containers/member/json")
        .Post("/networks/prune", unordered: true)
        .Post("/containers/member/stop?t=5")
        .Delete("/networks/inner")
        .Get("/containers/member/json")
        .Post("/containers/member/start")
        .Delete("/containers/member?force=1")
        .Post("/networks/create", """{"Name":"first","Labels":{"tier":"db"},"IPAM":{"Config":[{"Subnet":"10.99.10.0/24"}]}}""")
        .Post("/networks/create", """{"Name":"plain","IPAM":{"Config":[{"Subnet":"10.99.13.0/24"}]}}""");
}
