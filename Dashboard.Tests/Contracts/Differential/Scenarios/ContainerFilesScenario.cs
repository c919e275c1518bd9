using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts.Differential.Scenarios;

/// <summary>Archive, changes, export and commit.</summary>
internal static class ContainerFilesScenario
{
    private static readonly byte[] s_tar = new LayerBuilder().Directory("dir/").File("dir/file", "text").Symlink("link", "dir/file").ToArray();

    public static Scenario Make()
    {
        var scenario = new Scenario("container files")
            .Post("/containers/create?name=files", """{"Image":"busybox:latest","Cmd":["sh","-c","echo made > /made; mkdir /box; ln -s /made /box/link; rm /etc/group; echo more >> /etc/passwd; chmod 600 /etc/not-executable"],"Volumes":{"/vol":{}},"HostConfig":{"NetworkMode":"none"}}""")
            .Get("/containers/files/changes")
            .Get("/containers/files/export");
        foreach (var path in (string[])["/etc/passwd", "/etc", "/etc/", "/etc/.", "/", ".", "etc/passwd", "/bin/sh", "/tmp", "/vol", "/none", "/etc/passwd/none", "/none/none", "/etc/passwd/", ""])
            scenario.Head($"/containers/files/archive?path={path}");
        foreach (var path in (string[])["/etc/passwd", "/etc", "/etc/.", "/bin/sh", "/tmp", "/none", "/etc/passwd/", ""])
            scenario.Get($"/containers/files/archive?path={path}");
        scenario.Each("GET", "/containers/files/archive")
            .Upload("PUT", "/containers/files/archive?path=/tmp", s_tar)
            .Get("/containers/files/archive?path=/tmp")
            .Upload("PUT", "/containers/files/archive?path=/none", s_tar)
            .Upload("PUT", "/containers/files/archive?path=/etc/passwd", s_tar)
            .Upload("PUT", "/containers/files/archive?path=", s_tar)
            .Upload("PUT", "/containers/files/archive", s_tar)
            .Upload("PUT", "/containers/none/archive?path=/", s_tar)
            .Upload("PUT", "/containers/files/archive?path=/tmp&noOverwriteDirNonDir=1", new LayerBuilder().File("dir", "now a file").ToArray())
            .Upload("PUT", "/containers/files/archive?path=/tmp&noOverwriteDirNonDir=true", new LayerBuilder().Directory("link/").ToArray())
            .Upload("PUT", "/containers/files/archive?path=/tmp", "this is no tar archive"u8.ToArray())
            .Upload("PUT", "/containers/files/archive?path=/tmp", [])
            .Post("/containers/files/start")
            .Post("/containers/files/wait")
            .Get("/containers/files/changes", unordered: true)
            .Get("/containers/files/export")
            .Head("/containers/files/archive?path=/box/link")
            .Get("/containers/files/archive?path=/box/link")
            .Get("/containers/files/json?size=1");
        return Commit(scenario).Delete("/containers/files?v=1");
    }

    private static Scenario Commit(Scenario scenario) => scenario
        .Post("/commit")
        .Post("/commit?container=none")
        .Post("/commit?container=files&repo=kept&tag=1&comment=why&author=who", """{"Env":["X=1"],"Labels":{"c":"d"}}""", remember: "kept")
        .Get("/images/kept:1/json")
        .Get("/images/kept:1/history")
        .Post("/commit?container=files&repo=kept&tag=2&changes=CMD [\"true\"]&changes=ENV A=b&changes=LABEL q=r", remember: "changed")
        .Get("/images/kept:2/json")
        .Post("/commit?container=files&changes=RUN x")
        .Post("/commit?container=files&changes=nonsense")
        .Post("/commit?container=files", "[]")
        .Post("/commit?container=files&pause=0", remember: "nameless")
        .Get("/images/json", unordered: true)
        .Delete("/images/kept:1")
        .Delete("/images/kept:2")
        .Delete("/images/<nameless>");
}
