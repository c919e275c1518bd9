namespace Dashboard.Tests.Contracts.Differential.Intended;

/// <summary>What 20.10 does and nobody can want.</summary>
internal static class OlderFaults
{
    public static IReadOnlyList<IntendedDifference> All { get; } =
    [
        new("GET *", "status: 301 (0 bytes), ours 404 (page not found)", "Go's router tidies paths; no client sends such"),
        new("OPTIONS *", "status: 200 (0 bytes), ours 404 (page not found)", "there is nothing to ask before a request: no web page may call the engine"),
        new("GET *", "header Content-Type: text/plain; charset=utf-8, ours application/json", "all our errors are JSON"),
        new("GET *", "header Docker-Experimental: missing, ours false", "on all answers, those about the version too"),
        new("GET *", "body: text \"client version *, ours json {\"message\":\"client version *", "all our errors are JSON"),
        new("GET /v1.23/containers/json", "status: 200 (*), ours 400 (client version 1.23 is too old*", "our lowest version is that of Docker 25 and later"),
        new("GET /v1*/info", "status: 400 (*), ours 404 (page not found)", "a version has two numbers"),
        new("GET /events", "$: * eventful*, ours missing", "20.10 matches the name of anything, whatever noun was asked for"),
        new("GET */events", "$: network *connect none *, ours missing", "20.10 tells of the networks of a start that fails"),
        new("GET */events", "body: json stream [*\"name\":\"none\",\"type\":\"null\"}*, ours empty null", "20.10 tells of the networks of a start that fails"),
        new("GET */events", "$: network disconnect bridge *, ours missing", "20.10 tells twice that a running container left a network"),
        new("GET /volumes/", "*, ours *", "a volume without a name is no page"),
        new("GET */made/json", "$.Mounts[*].Destination: \"relative\", ours \"/relative\"", "a mount is somewhere"),
        new("POST */attach", "*", "20.10 takes the connection before it knows whether it can attach, and answers without its own headers"),
        new("GET */attach/ws", "*", "20.10 takes the connection before it knows whether it can attach, and answers without its own headers"),
        new("GET /containers/*json", "*NetworkSettings.Networks.*: \"{*}\", ours \"\"", "20.10 does not clean up after a start that failed"),
        new("GET /containers/json", "*NetworkSettings.Networks.bridge.IPPrefixLen: 16, ours 0", "20.10 does not clean up after a start that failed"),
        new("GET /containers/*/json", "$.*Path: \"\", ours \"{data}*", "after a start that failed the files are there, and their places are shown"),
    ];
}
