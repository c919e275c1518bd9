using Dashboard.Client.Features.Run;
using Dashboard.Client.Resources;
using Microsoft.Extensions.Localization;

namespace Dashboard.Tests.Client.Features.Run;

public sealed class RunReaderTests
{
    private readonly IStringLocalizer<Text> _text = Localizer.Text;
    private readonly RunForm _form = new() { Image = "busybox" };

    [Fact]
    public void Read_OnlyAnImage_IsEnough()
    {
        _form.Ports.Add(new PortRow());
        _form.Variables.Add(new VariableRow());
        _form.Mounts.Add(new MountRow());

        var reading = Read();

        Assert.Empty(reading.Problems);
        Assert.Equal("docker run -d busybox", RunCommandLine.Of(reading.Plan));
    }

    [Theory]
    [InlineData("8080", "80", "8080:80")]
    [InlineData("", "80", "80")]
    [InlineData("127.0.0.1:8080", "80", "127.0.0.1:8080:80")]
    [InlineData("[::1]:8080", "80", "[::1]:8080:80")]
    public void Port_Right_IsPublished(string host, string container, string option)
    {
        _form.Ports.Add(new PortRow { Host = host, Container = container });

        Assert.Equal(option, Assert.Single(Read().Plan.Ports).ToString());
    }

    [Theory]
    [InlineData("8080", "")]
    [InlineData("8080", "0")]
    [InlineData("65536", "80")]
    [InlineData("x:80", "80")]
    [InlineData("-1", "80")]
    public void Port_Wrong_IsSaidAtItsRow(string host, string container)
    {
        _form.Ports.Add(new PortRow { Host = "1000", Container = "1000" });
        _form.Ports.Add(new PortRow { Host = host, Container = container });

        var reading = Read();

        Assert.Equal(["ports.1"], reading.Problems.Keys);
        Assert.Single(reading.Plan.Ports);
    }

    [Fact]
    public void Port_PublishedTwice_IsSaid()
    {
        _form.Ports.Add(new PortRow { Host = "8080", Container = "80" });
        _form.Ports.Add(new PortRow { Host = "127.0.0.1:8080", Container = "81" });
        _form.Ports.Add(new PortRow { Host = "8080", Container = "80", Protocol = "udp" });

        Assert.Equal(["ports.1"], Read().Problems.Keys);
    }

    [Theory]
    [InlineData("-web")]
    [InlineData("w")]
    [InlineData("web!")]
    [InlineData("한국")]
    public void Name_Wrong_IsSaidInDockersWords(string name)
    {
        _form.Name = name;

        Assert.Equal($"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", Read().Problems["name"]);
    }

    [Fact]
    public void Name_Taken_IsSaid()
    {
        _form.Name = "taken";

        Assert.Contains("name", Read().Problems.Keys);
    }

    [Theory]
    [InlineData("relative/path", "/data")]
    [InlineData("/srv", "data")]
    [InlineData("/srv", "/")]
    [InlineData("/a:b", "/data")]
    [InlineData("", "/data")]
    public void Mount_Wrong_IsSaidAtItsRow(string source, string target)
    {
        _form.Mounts.Add(new MountRow { Source = source, Target = target });

        Assert.Equal(["mounts.0"], Read().Problems.Keys);
    }

    [Fact]
    public void Mount_Right_IsBound()
    {
        _form.Mounts.Add(new MountRow { Source = "/srv", Target = "/data", ReadOnly = true });
        _form.Mounts.Add(new MountRow { Source = "cache", Target = "/var/cache" });

        Assert.Equal(["/srv:/data:ro", "cache:/var/cache"], Read().Plan.Binds);
    }

    [Theory]
    [InlineData("memory", "5m", "Minimum memory limit allowed is 6MB")]
    [InlineData("memory", "much", "invalid size: 'much'")]
    [InlineData("cpus", "0", "A number of CPUs from 0.01 on, such as 0.5 or 2.")]
    [InlineData("command", "sh -c 'x", "A quote is not closed.")]
    [InlineData("image", " ", "Choose an image.")]
    public void Field_Wrong_IsSaid(string field, string value, string problem)
    {
        (field switch { "memory" => new Action(() => _form.Memory = value), "cpus" => () => _form.Cpus = value, "command" => () => _form.Command = value, _ => () => _form.Image = value })();

        Assert.Equal(problem, Assert.Single(Read().Problems).Value);
    }

    [Fact]
    public void Restart_WithRemoval_IsRefusedAsDockerDoes()
    {
        (_form.Restart, _form.RemoveAtExit) = ("always", true);

        Assert.Equal("can't create 'AutoRemove' container with restart policy", Read().Problems["restart"]);
    }

    [Fact]
    public void Lines_OfAnEnvFile_BecomeRows() => Assert.Equal(
        ["A=1", "B=x=y ", "C=", "D="],
        VariableRow.FromLines("A=1\r\n\n# note\nB=x=y \nC=\n D \n").Select(row => $"{row.Key}={row.Value}"));

    [Theory]
    [InlineData("Conflict. The container name \"/web\" is already in use by container \"c\".", "name")]
    [InlineData("driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated", "ports")]
    [InlineData("failed to bind host port for 0.0.0.0:80: address already in use", "ports")]
    [InlineData("No such image: nope:latest", "image")]
    [InlineData("invalid mount config for type \"bind\": bind source path does not exist: /x", "mounts")]
    [InlineData("range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available", "cpus")]
    [InlineData("network lost not found", "network")]
    [InlineData("OCI runtime create failed: exec: \"nope\": executable file not found in $PATH: unknown", "command")]
    [InlineData("no space left on device", null)]
    public void Refusal_OfTheEngine_IsShownWhereItBelongs(string words, string? field) => Assert.Equal(field, RunRefusals.FieldOf(words));

    private RunReading Read() => RunReader.Read(_form, _text, name => name == "taken");
}
