namespace Dashboard.Tests.Contracts.Differential.Scenarios;

internal static class SystemScenario
{
    public static Scenario Make() => new Scenario("system")
        .Get("/_ping")
        .Get("/v1.41/_ping")
        .Head("/_ping")
        .Head("/v1.24/_ping")
        .Get("/version", shapeOnly: true)
        .Get("/v1.24/version", shapeOnly: true)
        .Get("/info", shapeOnly: true)
        .Get("/v1.30/info", shapeOnly: true)
        .Get("/system/df")
        .Get("/v1.25/system/df")
        .Get("/plugins")
        .Get("/plugins/none/json")
        .Each("GET", "/swarm", "/nodes", "/nodes/x", "/services", "/services/x", "/tasks", "/tasks/x", "/secrets", "/secrets/x", "/configs", "/configs/x", "/swarm/unlockkey")
        .Post("/swarm/leave")
        .Post("/swarm/update?version=1", "{}")
        .Each("DELETE", "/nodes/x", "/services/x", "/secrets/x", "/configs/x")
        .Each("GET", "/services/x/logs?stdout=1", "/tasks/x/logs?stdout=1")
        .Get("/events?since=<began>&until=<now>")
        .Get("/events?since=0&until=1")
        .Each("GET", "/events?since=nonsense&until=1", "/events?since=1&until=nonsense", "/events?since=10&until=5", "/events?since=1.x&until=2")
        .Each("GET", "/events?until=1&filters=nonsense", """/events?until=1&filters={"colour":["red"]}""", """/events?until=1&filters={"type":"container"}""", """/events?until=1&filters={"type":["nonsense"]}""")
        .Get("/images/json");
}
