namespace Dashboard.Tests.Contracts.Differential.Scenarios;

/// <summary>Logs, attach and wait: what streams from a container, with and without a terminal.</summary>
internal static class ContainerStreamScenario
{
    public static Scenario Make()
    {
        var scenario = new Scenario("container streams")
            .Post("/containers/create?name=logs", """{"Image":"busybox:latest","Cmd":["sh","-c","echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three"],"Labels":{"l":"m"},"Env":["E=f"],"HostConfig":{"NetworkMode":"none","LogConfig":{"Type":"json-file","Config":{"labels":"l","env":"E"}}}}""")
            .Each("GET", "/containers/logs/logs", "/containers/logs/logs?stdout=0&stderr=no", "/containers/logs/logs?stdout=1", "/containers/logs/logs?follow=0&stdout=1")
            .Post("/containers/logs/start")
            .Get("/containers/logs/logs?stdout=1&stderr=1&follow=1")
            .Post("/containers/logs/wait");
        foreach (var query in (string[])
        [
            "stdout=1", "stderr=1", "stdout=true&stderr=True", "stdout=1&stderr=1&tail=1", "stdout=1&stderr=1&tail=0", "stdout=1&stderr=1&tail=all", "stdout=1&stderr=1&tail=-1", "stdout=1&stderr=1&tail=nonsense", "stdout=1&stderr=1&tail=100", "stdout=1&stderr=1&details=1",
            "stdout=1&stderr=1&timestamps=1", "stdout=1&timestamps=1&details=1", "stdout=1&since=0", "stdout=1&since=<began>", "stdout=1&since=<now>", "stdout=1&until=<began>", "stdout=1&until=<now>", "stdout=1&since=nonsense", "stdout=1&until=nonsense", "stdout=1&since=2030-01-01T00:00:00Z",
            "stdout=1&since=-1", "stdout=1&until=0", "stdout=1&follow=1&since=<now>", "stdout=1&stderr=1&follow=1&tail=1", "nonsense=1&stdout=1",
        ])
        {
            scenario.Get($"/containers/logs/logs?{query}");
        }
        return scenario
            .Post("/containers/logs/attach?logs=1&stdout=1&stderr=1")
            .Post("/containers/logs/attach?logs=1&stdout=1", headers: ["Connection: Upgrade", "Upgrade: tcp"])
            .Post("/containers/logs/attach?logs=1&stdout=1&detachKeys=nonsense")
            .Post("/containers/logs/attach")
            .Get("/containers/logs/attach/ws?logs=1&stdout=1")
            .Get("/containers/none/attach/ws?stdout=1")
            .Post("/containers/logs/wait?condition=not-running")
            .Post("/containers/logs/wait?condition=")
            .Post("/v1.29/containers/logs/wait")
            .Delete("/containers/logs")
            .Post("/containers/create?name=tty", """{"Image":"busybox:latest","Tty":true,"Cmd":["sh","-c","echo one; echo two >&2"],"HostConfig":{"NetworkMode":"none"}}""")
            .Post("/containers/tty/start")
            .Post("/containers/tty/wait")
            .Get("/containers/tty/logs?stdout=1&stderr=1")
            .Get("/containers/tty/logs?stderr=1")
            .Get("/containers/tty/logs?stdout=1&tail=1&timestamps=1")
            .Post("/containers/tty/attach?logs=1&stdout=1")
            .Post("/containers/tty/attach?logs=1&stdout=1", headers: ["Connection: Upgrade", "Upgrade: tcp"])
            .Delete("/containers/tty")
            .Post("/containers/create?name=mute", """{"Image":"busybox:latest","Cmd":["echo","x"],"HostConfig":{"NetworkMode":"none","LogConfig":{"Type":"none"}}}""")
            .Post("/containers/mute/start")
            .Post("/containers/mute/wait")
            .Get("/containers/mute/logs?stdout=1")
            .Delete("/containers/mute")
            .Post("/containers/create?name=local", """{"Image":"busybox:latest","Cmd":["echo","x"],"HostConfig":{"NetworkMode":"none","LogConfig":{"Type":"local"}}}""")
            .Post("/containers/local/start")
            .Post("/containers/local/wait")
            .Get("/containers/local/logs?stdout=1")
            .Delete("/containers/local");
    }
}
