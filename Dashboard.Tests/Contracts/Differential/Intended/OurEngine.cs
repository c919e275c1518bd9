namespace Dashboard.Tests.Contracts.Differential.Intended;

/// <summary>What differs because our engine is another one, or has no such part.</summary>
internal static class OurEngine
{
    public static IReadOnlyList<IntendedDifference> All { get; } =
    [
        new("GET *", "*Runtime: *, ours \"dashboard\"", "our runtime has a name of its own, and is chosen before the start"),
        new("GET *json", "$.HostConfig.CgroupnsMode: \"host\", ours \"private\"", "private with cgroups v1 too: a container sees no more of the host than it must"),
        new("GET *json", "*GraphDriver.Data*: *, ours *", "layers have no directories that a client could use"),
        new("GET *json", "$.NetworkSettings.SandboxID: \"{id}\", ours \"\"", "a namespace that is gone has no id"),
        new("GET *json", "$.NetworkSettings.SandboxKey: *, ours \"\"", "a namespace that is gone has no path, nor has the host's"),
        new("GET *info", "$.*", "what the two are made of"),
        new("GET *version", "$.Components*", "what the two are made of"),
        new("GET /networks*", "*IPAM.Config[*].Gateway: missing, ours \"*\"", "20.10 knows its gateway only when somebody named it"),
        new("GET /networks*", "*com.docker.network.bridge.name: \"docker0\", ours *", "several engines live side by side"),
        new("GET *stats", "$.memory_stats.stats.*: missing, ours *", "all that the kernel counts"),
        new("GET /images/kept*", "$.Container*: *, ours *", "an image is not kept with the container that it was made in"),
        new("GET *images/*", "$.DockerVersion: *, ours \"\"", "it was not made by Docker"),
        new("GET /images/*", "$.Metadata.LastTagTime: *", "when a name was given is not kept"),
        new("GET /images/*", "*Parent*: \"sha256:{id}\", ours \"\"", "layers have parents, images have none"),
        new("GET /containers/made/json", "$.NetworkSettings.Networks.bridge: missing, ours *", "a container without a network is shown on the one that it would be on"),
        new("GET /containers/*/json", "$.NetworkSettings.Networks.inner.*", "a network that is gone has no id"),
        new("POST /containers/member/start", "$.message: \"network {id} not found\", ours \"network inner not found\"", "a network that is gone is named"),
        new("GET /containers/member/json", "$.NetworkSettings.Networks.first.Aliases: 2 items *, ours 1 [\"nick\"]", "the id is among the names as soon as the container has started"),
        new("GET *json", "$*.Names: \"/linked/alias\", ours missing", "a link is no name of its target"),
        new("GET /containers/linked/alias/json", "status: 200 (*), ours 404 (*", "a link is no name of its target"),
        new("GET */containers/json", "$[*].Mounts[*].Source: \"\", ours *", "an anonymous volume has a place too"),
        new("GET /containers/json", "$[*].Mounts[*].Source: \"\", ours *", "an anonymous volume has a place too"),
        new("GET */export", "$: * items *, ours * [*", "the places of /etc/hosts and its like, and .dockerenv, are no part of a container's own layer"),
        new("GET */archive", "$: * items *, ours * [*", "the places of /etc/hosts and its like, and .dockerenv, are no part of a container's own layer"),
        new("GET */archive", "$.message: \"lstat *", "paths are the container's, not the host's"),
        new("* *", "*rror processing tar file(exit status 1): *, ours *", "there is no second process that unpacks"),
        new("GET /images/kept:1/history", "$[*].*: *, ours *", "layers have parents, images have none"),
        new("POST /images/load", "*docker-import-*, ours \"invalid archive: does not contain a manifest.json\"", "archives from before Docker 1.10 are not taken"),
        new("POST /images/load", "*invalid character *, ours \"invalid archive: failed to decode manifest.json: *", "it says what is no JSON"),
        new("POST /exec/*/start", "*chdir to cwd *, ours *chdir to *", "the words of our runtime"),
        new("POST /exec/*/start", "header Content-Type: application/vnd.docker.raw-stream, ours missing", "an exec without streams has none to answer with"),
        new("POST /exec/*/start", "framing: until the end, ours counted", "an exec without streams has none to answer with"),
        new("GET */df", "$.Volumes: missing, ours \"opts\"", "20.10 leaves out a volume with options, whose size it does not know"),
        new("GET */events", "$: container attach short *, ours missing", "nobody is attached who asks for no stream"),
        new("GET */events", "$: volume create *, ours missing", "20.10 tells of the creation again when a container first names the volume"),
        new("GET */events", "$: volume *mount *, ours missing", "files of a stopped container are read without mounting its volumes for all to see"),
    ];
}
