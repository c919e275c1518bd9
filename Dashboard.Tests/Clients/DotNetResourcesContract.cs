using System.Net;
using Dashboard.Tests.Cli;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Dashboard.Tests.Clients;

/// <summary>Images, volumes, networks and the system by Docker.DotNet.Enhanced.</summary>
public abstract class DotNetResourcesContract(HostFixture fixture) : DotNetContract(fixture)
{
    [Fact]
    public async Task Images_TagSaveLoadCommitRemove_Work()
    {
        await Client.Images.TagImageAsync(Busybox, new ImageTagParameters { RepositoryName = "net/copy", Tag = "1" }, Token);
        var image = await Client.Images.InspectImageAsync("net/copy:1", Token);
        Assert.Contains("net/copy:1", image.RepoTags);
        Assert.Single(await Client.Images.ListImagesAsync(new ImagesListParameters { Filters = Filter("reference", "net/copy") }, Token));
        var saved = new MemoryStream();
        await using (var stream = await Client.Images.SaveImageAsync("net/copy:1", Token)) await stream.CopyToAsync(saved, Token);
        Assert.Contains(await Client.Images.DeleteImageAsync("net/copy:1", new ImageDeleteParameters(), Token), line => line.Values.Contains("net/copy:1"));
        saved.Position = 0;
        var told = new List<string?>();
        await Client.Images.LoadImageAsync(new ImageLoadParameters { Quiet = true }, saved, new Inline<JSONMessage>(message => told.Add(message.Stream)), Token);
        Assert.Contains(told, text => text?.StartsWith("Loaded image: net/copy:1", StringComparison.Ordinal) == true);
        await Client.Images.DeleteImageAsync("net/copy:1", new ImageDeleteParameters { Force = true }, Token);

        var id = await StartAsync("box", ["touch", "/new"]);
        await Client.Containers.WaitContainerAsync(id, Token);
        var made = await Client.Images.CommitContainerChangesAsync(new CommitContainerChangesParameters { ContainerID = id, RepositoryName = "net/made", Tag = "2", Comment = "why", Changes = ["CMD [\"ls\", \"/new\"]"] }, Token);
        var inspected = await Client.Images.InspectImageAsync("net/made:2", Token);
        Assert.Equal((made.ID, "why"), (inspected.ID, inspected.Comment));
        Assert.Equal(2, (await Client.Images.GetImageHistoryAsync("net/made:2", Token)).Count);
        await Client.Images.DeleteImageAsync("net/made:2", new ImageDeleteParameters(), Token);
        await Assert.ThrowsAsync<DockerImageNotFoundException>(() => Client.Images.InspectImageAsync("no-such/image", Token));
    }

    [Fact]
    public async Task Create_ImageThatIsNotThere_IsItsOwnException() =>
        await Assert.ThrowsAsync<DockerImageNotFoundException>(() => Client.Containers.CreateContainerAsync(new CreateContainerParameters { Image = "no-such/image", Cmd = ["true"] }, Token));

    [Fact]
    public async Task Volumes_MountedListedAndPruned_Work()
    {
        var volume = await Client.Volumes.CreateAsync(new VolumesCreateParameters { Name = "netdata", Labels = new Dictionary<string, string> { ["k"] = "v" } }, Token);
        Assert.Equal(("local", "local"), (volume.Driver, volume.Scope));
        var id = await StartAsync("box", Idle, asked => asked.HostConfig!.Mounts = [new Mount { Type = "volume", Source = "netdata", Target = "/d" }, new Mount { Type = "tmpfs", Target = "/t", TmpfsOptions = new TmpfsOptions { SizeBytes = 1 << 20 } }]);
        await ExecAsync(id, "sh", "-c", "echo kept > /d/f; echo gone > /t/f");
        Assert.Single((await Client.Volumes.ListAsync(new VolumesListParameters { Filters = Filter("label", "k=v") }, Token)).Volumes);
        var used = await Assert.ThrowsAnyAsync<DockerApiException>(() => Client.Volumes.RemoveAsync("netdata", cancellationToken: Token));
        Assert.Equal(HttpStatusCode.Conflict, used.StatusCode);
        await Client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, Token);

        var reader = await StartAsync("reader", ["cat", "/d/f"], asked => asked.HostConfig!.Binds = ["netdata:/d:ro"]);
        await Client.Containers.WaitContainerAsync(reader, Token);
        using var logs = await Client.Containers.GetContainerLogsAsync(reader, new ContainerLogsParameters { ShowStdout = true }, Token);
        Assert.Equal("kept\n", (await logs.ReadOutputToEndAsync(Token)).Item1);
        await Client.Containers.RemoveContainerAsync(reader, new ContainerRemoveParameters(), Token);
        await Client.Volumes.RemoveAsync("netdata", true, Token);
        await Assert.ThrowsAnyAsync<DockerApiException>(() => Client.Volumes.InspectAsync("netdata", Token));
    }

    [Fact]
    public async Task Networks_AddressesAliasesAndConnect_Work()
    {
        var made = await Client.Networks.CreateNetworkAsync(
            new NetworksCreateParameters { Name = "netnet", Driver = "bridge", IPAM = new IPAM { Driver = "default", Config = [new IPAMConfig { Subnet = "10.97.3.0/24", Gateway = "10.97.3.1" }] }, Labels = new Dictionary<string, string> { ["k"] = "v" } }, Token);
        var one = await StartAsync("one", Idle, asked =>
        {
            asked.HostConfig!.NetworkMode = "netnet";
            asked.NetworkingConfig = new NetworkingConfig { EndpointsConfig = new Dictionary<string, EndpointSettings> { ["netnet"] = new() { Aliases = ["first"], IPAMConfig = new EndpointIPAMConfig { IPv4Address = "10.97.3.40" } } } };
        });
        var two = await StartAsync("two", Idle);
        await Client.Networks.ConnectNetworkAsync(made.ID, new NetworkConnectParameters { Container = two, EndpointConfig = new EndpointSettings { Aliases = ["second"] } }, Token);

        Assert.Contains("10.97.3.40", (await ExecAsync(two, "nslookup", "first", "127.0.0.11")).Stdout);
        Assert.Equal(0, (await ExecAsync(one, "ping", "-c", "1", "-W", "5", "second")).ExitCode);
        var network = await Client.Networks.InspectNetworkAsync("netnet", Token);
        Assert.Equal(2, network.Containers.Count);
        Assert.Single(await Client.Networks.ListNetworksAsync(new NetworksListParameters { Filters = Filter("label", "k=v") }, Token));
        await Assert.ThrowsAnyAsync<DockerApiException>(() => Client.Networks.DeleteNetworkAsync(made.ID, Token));
        await Client.Networks.DisconnectNetworkAsync(made.ID, new NetworkDisconnectParameters { Container = two }, Token);
        await Client.Containers.RemoveContainerAsync(one, new ContainerRemoveParameters { Force = true }, Token);
        await Client.Networks.DeleteNetworkAsync(made.ID, Token);
        await Assert.ThrowsAsync<DockerNetworkNotFoundException>(() => Client.Networks.InspectNetworkAsync("netnet", Token));
    }

    [Fact]
    public async Task Ports_AskedAndMadeUp_AreTold()
    {
        var id = await StartAsync("web", Idle, asked =>
        {
            asked.ExposedPorts = new Dictionary<string, EmptyStruct> { ["80/tcp"] = default, ["81/udp"] = default };
            asked.HostConfig!.PortBindings = new Dictionary<string, IList<PortBinding>> { ["80/tcp"] = [new PortBinding { HostPort = "0" }], ["81/udp"] = [new PortBinding { HostIP = "127.0.0.1", HostPort = "8181" }] };
        });

        var ports = (await Client.Containers.InspectContainerAsync(id, Token)).NetworkSettings!.Ports;
        Assert.True(int.Parse(ports!["80/tcp"][0].HostPort) > 1024);
        Assert.Equal(("127.0.0.1", "8181"), (ports!["81/udp"].Single().HostIP, ports!["81/udp"].Single().HostPort));
        Assert.Contains((await Client.Containers.ListContainersAsync(new ContainersListParameters(), Token)).Single().Ports, port => port is { PrivatePort: 81, PublicPort: 8181, Type: "udp" });
    }

    [Fact]
    public async Task System_PingVersionInfoAndUsage_Answer()
    {
        await Client.System.PingAsync(Token);
        var version = await Client.System.GetVersionAsync(Token);
        Assert.Equal("linux", version.Os);
        Assert.NotEmpty(version.Components!);
        var info = await Client.System.GetSystemInfoAsync(Token);
        Assert.True(info.NCPU > 0 && info.Images >= 2);
        Assert.Equal("linux", info.OSType);
    }
}
