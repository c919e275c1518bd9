using System.Text;
using System.Text.Json.Nodes;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts.Differential.Scenarios;

internal static class ImageScenario
{
    private static readonly byte[] s_archive = TestImages.Of("loaded:1", new JsonObject { ["Labels"] = new JsonObject { ["k"] = "v" }, ["User"] = "app", ["ExposedPorts"] = new JsonObject { ["80/tcp"] = new JsonObject() }, ["Volumes"] = new JsonObject { ["/v"] = new JsonObject() }, ["Entrypoint"] = new JsonArray("sh"), ["StopSignal"] = "SIGINT", ["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("CMD", "true") } }, new LayerBuilder().File("extra", "more").ToArray()).ToDockerArchive();
    private static readonly byte[] s_rootfs = new LayerBuilder().Directory("etc/").File("etc/only", "file").ToArray();

    public static Scenario Make()
    {
        var scenario = new Scenario("images")
            .Get("/images/json")
            .Get("/v1.24/images/json")
            .Get("/images/busybox/json")
            .Get("/images/busybox:latest/json")
            .Get("/v1.24/images/busybox:latest/json")
            .Get("/images/docker.io/library/busybox:latest/json")
            .Get("/images/busybox/history")
            .Each("GET", "/images/none/json", "/images/none:1/json", "/images/Bad Name/json", "/images/sha256:ffffffffffff/json", "/images/a/b/c/json", "/images/none/history", "/images/none/get", "/images/get?names=none", "/images/busybox@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/json")
            .Each("DELETE", "/images/none", "/images/Bad Name", "/images/sha256:ffffffffffff")
            .Each("POST", "/images/none/tag?repo=a", "/images/busybox/tag", "/images/busybox/tag?repo=Bad", "/images/busybox/tag?repo=a b", "/images/busybox/tag?repo=a&tag=b c", "/images/busybox/tag?repo=a&tag=-b", "/images/busybox/tag?repo=sha256", "/images/busybox/tag?repo=a@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "/images/busybox/tag?repo=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
            .Each("POST", "/images/busybox/tag?repo=second&tag=1", "/images/busybox/tag?repo=example.org:5000/team/third", "/images/busybox/tag?repo=second:2&tag=3", "/images/busybox/tag?repo=docker.io/library/fourth")
            .Get("/images/json")
            .Upload("POST", "/images/load", s_archive)
            .Upload("POST", "/images/load?quiet=1", s_archive)
            .Upload("POST", "/images/load", "this is no tar archive"u8.ToArray())
            .Upload("POST", "/images/load", [])
            .Upload("POST", "/images/load?quiet=1", new LayerBuilder().File("something", "else").ToArray())
            .Upload("POST", "/images/load?quiet=1", new LayerBuilder().File("manifest.json", "not json").ToArray())
            .Get("/images/loaded:1/json")
            .Get("/images/loaded:1/history")
            .Get("/images/json?all=1", unordered: true)
            .Get("/images/json?digests=1", unordered: true);
        foreach (var filter in (string[])
        [
            """{"dangling":["true"]}""", """{"dangling":["false"]}""", """{"dangling":["x"]}""", """{"label":["k"]}""", """{"label":["k=v"]}""", """{"label":["k=w"]}""", """{"reference":["busybox"]}""", """{"reference":["busybox:*"]}""", """{"reference":["*:1"]}""", """{"reference":["example.org:5000/*/*"]}""",
            """{"reference":["none"]}""", """{"reference":["["]}""", """{"before":["loaded:1"]}""", """{"since":["busybox"]}""", """{"before":["none"]}""", """{"since":["none"]}""", """{"until":["1h"]}""", """{"colour":["red"]}""",
        ])
        {
            scenario.Get($"/images/json?filters={filter}", unordered: true);
        }
        return Removal(Import(scenario));
    }

    private static Scenario Import(Scenario scenario) => scenario
        .Post("/images/create?fromSrc=-&repo=Bad Name")
        .Upload("POST", "/images/create?fromSrc=-&repo=imported&tag=1&message=why&changes=CMD [\"true\"]&changes=EXPOSE 80", s_rootfs, remember: "imported")
        .Get("/images/imported:1/json")
        .Get("/images/imported:1/history")
        .Upload("POST", "/images/create?fromSrc=-&repo=imported&tag=bad tag", s_rootfs)
        .Upload("POST", "/images/create?fromSrc=-&repo=imported&tag=2&changes=RUN x", s_rootfs)
        .Upload("POST", "/images/create?fromSrc=-&repo=imported&tag=2&changes=NONSENSE", s_rootfs)
        .Upload("POST", "/images/create?fromSrc=-&repo=imported&tag=3", "this is no tar archive"u8.ToArray())
        .Upload("POST", "/images/create?fromSrc=-", s_rootfs, remember: "nameless")
        .Get("/images/<nameless>/json")
        .Get("""/images/json?filters={"dangling":["true"]}""");


    private static Scenario Removal(Scenario scenario) => scenario
        .Post("/containers/create?name=holds", """{"Image":"loaded:1"}""")
        .Get("/containers/holds/json", unordered: true)
        .Delete("/images/loaded:1")
        .Post("/containers/create?name=busy", """{"Image":"second:1"}""")
        .Delete("/images/second:1")
        .Delete("/images/second:1")
        .Get("/containers/busy/json")
        .Get("""/containers/json?all=1&filters={"name":["busy"]}""")
        .Post("/images/prune")
        .Post("""/images/prune?filters={"dangling":["x"]}""")
        .Post("""/images/prune?filters={"dangling":["false"],"label":["none"]}""")
        .Delete("/images/imported:1")
        .Delete("/images/second:3")
        .Delete("/images/example.org:5000/team/third")
        .Delete("/images/loaded:1?force=1")
        .Each("GET", "/containers/holds/json")
        .Get("""/containers/json?all=1&filters={"name":["holds"]}""")
        .Delete("/containers/holds?v=1")
        .Delete("/containers/busy")
        .Post("""/images/prune?filters={"dangling":["false"],"label":["k=v"]}""")
        .Delete("/images/fourth")
        .Get("/images/json");
}
