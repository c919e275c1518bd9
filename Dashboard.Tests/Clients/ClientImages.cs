using System.Text.Json.Nodes;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>What the clients' containers are made of.</summary>
internal static class ClientImages
{
    /// <summary>busybox as an image of a product has it: entry point, volume, port, user, labels, health check.</summary>
    public const string Product = "example/product:1.0";

    private const string Entry = """
        #!/bin/sh
        trap 'echo leaving; exit 0' TERM
        mkdir -p /tmp/www
        echo "${GREETING:-hello} from $(hostname)" > /tmp/www/index.html
        httpd -p 8080 -h /tmp/www
        echo "serving $*"
        touch /tmp/ready
        while :; do sleep 3600 & wait $!; done

        """;

    public static TestImage ProductImage { get; } = TestImages.Of(
        Product,
        new JsonObject
        {
            ["Env"] = new JsonArray("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "EDITION=first"),
            ["Entrypoint"] = new JsonArray("/usr/bin/entry"),
            ["Cmd"] = new JsonArray("by", "default"),
            ["ExposedPorts"] = new JsonObject { ["8080/tcp"] = new JsonObject() },
            ["Volumes"] = new JsonObject { ["/state"] = new JsonObject() },
            ["Labels"] = new JsonObject { ["com.example.product"] = "yes" },
            ["WorkingDir"] = "/state",
            ["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("CMD", "test", "-f", "/tmp/ready"), ["Interval"] = 300_000_000L, ["Retries"] = 20 },
        },
        new LayerBuilder().File("usr/bin/entry", Entry.ReplaceLineEndings("\n"), 0b111_101_101).Directory("state/").File("state/seed", "seeded\n").ToArray());

    public static async Task InstallAsync(IDockerHost host)
    {
        foreach (var image in (TestImage[])[TestImages.BusyboxImage, ProductImage])
            (await host.Docker.WithStdinAsync(image.ToDockerArchive(), "load")).MustSucceed();
    }
}
