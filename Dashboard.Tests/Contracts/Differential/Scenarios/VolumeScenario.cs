namespace Dashboard.Tests.Contracts.Differential.Scenarios;

internal static class VolumeScenario
{
    public static Scenario Make()
    {
        var scenario = new Scenario("volumes")
            .Get("/volumes")
            .PostEach("/volumes/create", """{"Name":"plain"}""", """{"Name":"plain"}""", """{"Name":"plain","Labels":{"other":"x"}}""", """{"Name":"plain","DriverOpts":{"type":"tmpfs","device":"tmpfs"}}""", """{"Name":"labelled","Labels":{"tier":"db","e":""}}""", """{"Name":"opts","DriverOpts":{"type":"tmpfs","device":"tmpfs","o":"size=1m"}}""",
                """{"Name":"bad name"}""", """{"Name":"-x"}""", """{"Name":"a"}""", """{"Name":"../up"}""", """{"Name":"a/b"}""", """{"Name":"drv","Driver":"local"}""", """{"Name":"bado","DriverOpts":{"nonsense":"x"}}""", """{"Name":"bado","DriverOpts":{"o":"x"}}""", """{"Name":"bado","DriverOpts":{"type":"nfs"}}""",
                """{"Name":"nulls","Labels":null,"DriverOpts":null,"Driver":""}""")
            .Post("/volumes/create", "{}")
            .Get("/volumes/plain")
            .Get("/volumes/labelled")
            .Get("/volumes/opts")
            .Each("GET", "/volumes/none", "/volumes/a", "/volumes/bad name")
            .Post("/containers/create?name=user", """{"Image":"busybox:latest","Cmd":["true"],"HostConfig":{"NetworkMode":"none","Binds":["plain:/data"]}}""");
        foreach (var filter in (string[])["""{"dangling":["true"]}""", """{"dangling":["false"]}""", """{"dangling":["x"]}""", """{"dangling":["true","false"]}""", """{"driver":["local"]}""", """{"driver":["none"]}""", """{"label":["tier"]}""", """{"label":["tier=db"]}""", """{"label":["tier=x"]}""", """{"name":["lab"]}""", """{"name":["plain","opts"]}""", """{"name":["^o"]}""", """{"colour":["red"]}"""])
            scenario.Get($"/volumes?filters={filter}", unordered: true);
        return scenario
            .Get("/system/df", unordered: true)
            .Delete("/volumes/plain")
            .Delete("/volumes/plain?force=1")
            .Delete("/volumes/none")
            .Delete("/volumes/none?force=1")
            .Delete("/volumes/opts")
            .Delete("/volumes/opts")
            .Post("""/volumes/prune?filters={"label":["none"]}""")
            .Post("""/volumes/prune?filters={"label!":["tier"]}""", unordered: true)
            .Post("""/volumes/prune?filters={"colour":["red"]}""")
            .Delete("/containers/user?v=1")
            .Get("/volumes/plain")
            .Post("/volumes/prune", unordered: true)
            .Post("/volumes/prune")
            .Get("/volumes");
    }
}
