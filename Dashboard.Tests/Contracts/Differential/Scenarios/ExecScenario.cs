namespace Dashboard.Tests.Contracts.Differential.Scenarios;

internal static class ExecScenario
{
    public static Scenario Make()
    {
        var scenario = new Scenario("exec")
            .Each("GET", "/exec/none/json", "/exec//json")
            .Post("/exec/none/start", "{}")
            .Post("/exec/none/resize?h=1&w=1")
            .Post("/containers/none/exec", """{"Cmd":["true"]}""")
            .Post("/containers/create?name=runs", """{"Image":"busybox:latest","Cmd":<idle>,"HostConfig":{"NetworkMode":"none"}}""")
            .Post("/containers/runs/exec", """{"Cmd":["true"]}""")
            .Post("/containers/runs/start")
            .PostEach("/containers/runs/exec", "{}", """{"Cmd":[]}""", """{"Cmd":null}""", """{"Cmd":"true"}""", """{"Cmd":5}""", """{"Cmd":["true"],"Tty":"yes"}""", """{"Cmd":["true"],"Env":"x"}""", """{"Cmd":["true"],"DetachKeys":"nonsense"}""", """{"Cmd":["true"],"User":"nobody-here"}""", """{"Cmd":["true"],"Privileged":"x"}""");
        foreach (var (config, start) in ((string, string)[])
        [
            ("""{"Cmd":["sh","-c","echo out; sleep 0.1; echo err >&2; exit 5"],"AttachStdout":true,"AttachStderr":true}""", "{}"),
            ("""{"Cmd":["sh","-c","echo out; sleep 0.1; echo err >&2"],"AttachStderr":true}""", """{"Detach":false,"Tty":false}"""),
            ("""{"Cmd":["echo","out"],"AttachStdout":true,"Tty":true}""", """{"Detach":false,"Tty":true}"""),
            ("""{"Cmd":["echo","out"],"AttachStdout":true,"Tty":true}""", """{"Tty":false}"""),
            ("""{"Cmd":["echo","out"],"AttachStdout":true}""", """{"Tty":true}"""),
            ("""{"Cmd":["true"],"AttachStdout":true,"Env":["A=1"],"WorkingDir":"/tmp","User":"app","DetachKeys":"ctrl-x"}""", "{}"),
            ("""{"Cmd":["sh","-c","echo $A $PWD; id -u"],"AttachStdout":true,"Env":["A=1"],"WorkingDir":"/tmp","User":"app"}""", "{}"),
            ("""{"Cmd":["no-such-program"],"AttachStdout":true,"AttachStderr":true}""", "{}"),
            ("""{"Cmd":["/etc/not-executable"],"AttachStdout":true}""", "{}"),
            ("""{"Cmd":["true"],"AttachStdout":true,"User":"nobody-here"}""", "{}"),
            ("""{"Cmd":["true"],"AttachStdout":true,"WorkingDir":"/none"}""", "{}"),
            ("""{"Cmd":["no-such-program"]}""", """{"Detach":true}"""),
            ("""{"Cmd":["true"]}""", """{"Detach":true}"""),
            ("""{"Cmd":["true"]}""", "{}"),
            ("""{"Cmd":["true"],"AttachStdout":true}""", "nonsense"),
            ("""{"Cmd":["true"],"AttachStdout":true}""", "[]"),
            ("""{"Cmd":["true"],"AttachStdout":true}""", """{"Detach":"x"}"""),
        ])
        {
            scenario.Post("/containers/runs/exec", config, remember: "exec")
                .Get("/exec/<exec>/json")
                .Post("/exec/<exec>/start", start)
                .Get("/exec/<exec>/json", until: "\"Running\":false")
                .Post("/exec/<exec>/start", start);
        }
        return scenario
            .Post("/containers/runs/exec", """{"Cmd":["echo","up"],"AttachStdout":true}""", remember: "exec")
            .Post("/exec/<exec>/start", "{}", headers: ["Connection: Upgrade", "Upgrade: tcp"])
            .Post("/containers/runs/exec", """{"Cmd":["echo","up"],"AttachStdout":true,"Tty":true}""", remember: "exec")
            .Post("/exec/<exec>/start", """{"Tty":true}""", headers: ["Connection: Upgrade", "Upgrade: tcp"])
            .Post("/containers/runs/exec", """{"Cmd":["sleep","600"],"Tty":true,"AttachStdin":true}""", remember: "long")
            .Post("/exec/<long>/start", """{"Detach":true,"Tty":true}""")
            .Get("/exec/<long>/json")
            .Each("POST", "/exec/<long>/resize?h=10&w=20", "/exec/<long>/resize?h=x&w=20", "/exec/<long>/resize")
            .Post("/exec/<long>/start", """{"Detach":true}""")
            .Get("/containers/runs/json")
            .Post("/containers/runs/pause")
            .Post("/containers/runs/exec", """{"Cmd":["true"]}""")
            .Post("/containers/runs/unpause")
            .Post("/containers/runs/exec", """{"Cmd":["true"]}""", remember: "late")
            .Post("/containers/runs/stop?t=3")
            .Post("/exec/<late>/start", """{"Detach":true}""")
            .Post("/containers/runs/exec", """{"Cmd":["true"]}""")
            .Get("/exec/<long>/json")
            .Delete("/containers/runs")
            .Get("/exec/<long>/json");
    }
}
