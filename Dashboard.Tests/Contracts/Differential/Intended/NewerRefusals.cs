namespace Dashboard.Tests.Contracts.Differential.Intended;

/// <summary>Wrong requests that we refuse earlier or by other words than 20.10.</summary>
internal static class NewerRefusals
{
    public static IReadOnlyList<IntendedDifference> All { get; } =
    [
        new("POST /containers/create", "status: 201 (*), ours 400 (*", "20.10 accepts it and fails at the start, or never says that it is ignored"),
        new("POST /containers/create", "status: 201 (*), ours 501 (a seccomp profile *", "what is not built is refused by name"),
        new("DELETE /containers/doubtful", "status: 204 (0 bytes), ours 404 (No such container: doubtful)", "it was refused"),
        new("POST /containers/create", "$.message: \"*onfig cannot be empty*\", ours \"config cannot be empty*it names no Image\"", "the message says what is missing"),
        new("POST /containers/create", "$.message: \"No command specified\", ours \"config cannot be empty*", "an empty name of an image is none"),
        new("POST /containers/create", "status: 400 (Minimum kernel memory limit allowed is 6MB), ours 201*", "a limit that kernels no longer have is ignored, as by 23 and later"),
        new("POST */update", "status: 400 (Minimum kernel memory limit allowed is 6MB), ours 200*", "a limit that kernels no longer have is ignored, as by 23 and later"),
        new("DELETE /containers/doubtful", "status: 404 (No such container: doubtful), ours 204 (0 bytes)", "it was not refused"),
        new("POST */update", "status: 200 (*), ours 400 (Range of blkio weight is from 10 to 1000)", "wrong whether or not this kernel knows weights"),
        new("POST */update", "status: 404 (No such container: none), ours 400 (Minimum memory limit allowed is 6MB)", "the request is looked at before the container"),
        new("POST */exec", "status: 400 (No exec command specified), ours 404 (No such container: none)", "the container is looked for first"),
        new("DELETE /containers/*", "status: 500, ours 409, same message", "a conflict is not the server's fault"),
        new("DELETE /containers/", "status: 400 (invalid name or ID supplied: \"\"), ours 404 (page not found)", "no path without a name"),
        new("GET /containers/json", "status: 200 (3 bytes), ours 400 (invalid reference format: *", "no image can have that name"),
        new("GET */top", "status: 500 (ps: error: *), ours 400 (ps: * is not served: *", "processes are read without ps, and the message says what there is"),
        new("GET /volumes", "status: 200 (*), ours 400 (invalid filter 'dangling=[*]')", "both true and false is neither"),
        new("GET /images/json", "status: 500 (syntax error in pattern), ours 200 (3 bytes)", "a pattern that is none matches nothing"),
        new("POST /networks/create", "status: 500 (This node is not a swarm manager. *), ours 403 (cannot create a nonsense scoped network *", "the status of later versions"),
        new("POST /networks/create", "status: 404 (configuration network \"none\" does not exist), ours 501 (*", "what is not built is refused by name"),
        new("POST /networks/create", "status: 201 (*), ours 400 (invalid IP range 10.98.0.0/24: *", "an unusable range is refused, as by 27"),
        new("GET /networks/n", "status: 200 (*), ours 404 (network n not found)", "an unusable range is refused, as by 27"),
        new("DELETE /networks/n", "status: 204 (0 bytes), ours 404 (network n not found)", "an unusable range is refused, as by 27"),
        new("GET /networks/n", "$.IPAM.Config[*].Subnet: \"10.99.0.1/24\", ours \"10.99.0.0/24\"", "a subnet is shown as what it is, as by 28"),
        new("POST /networks/create", "status: 500 (non parsable secondary ip address *), ours 400 (*", "20.10 answered 500 to many wrong requests"),
        new("POST /networks/create", "$.message: \"Pool overlaps with other one on this address space\", ours \"bridge driver doesn't support multiple subnets\"", "the first of the two reasons"),
        new("POST /networks/first/connect", "status: 500 (Invalid IPv4 address: nonsense)), ours 400 (invalid IPv4 address: nonsense)", "20.10 answered 500 to many wrong requests"),
    ];
}
