using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Errors;

namespace Dashboard.Tests.Engine.Containers.Create;

public sealed class LogOptionsTests
{
    [Theory]
    [InlineData("journald", "", "logger: no log driver named 'journald' is registered")]
    [InlineData("syslog", "", "logger: no log driver named 'syslog' is registered")]
    [InlineData("json-file", "colour=red", "unknown log opt 'colour' for json-file log driver")]
    [InlineData("local", "tag=x", "unknown log opt 'tag' for log driver local")]
    [InlineData("json-file", "mode=fast", "logger: logging mode not supported: fast")]
    [InlineData("json-file", "max-buffer-size=1m", "logger: max-buffer-size option is only supported with 'mode=non-blocking'")]
    [InlineData("json-file", "mode=non-blocking|max-buffer-size=zz", "error parsing option max-buffer-size: invalid size: 'zz'")]
    [InlineData("json-file", "compress=perhaps", "strconv.ParseBool: parsing \"perhaps\": invalid syntax")]
    [InlineData("json-file", "compress=true", "log option compress of json-file is not implemented by this engine yet")]
    [InlineData("local", "compress=perhaps", "strconv.ParseBool: parsing \"perhaps\": invalid syntax")]
    [InlineData("json-file", "tag={{.Nope}}", "template: log-tag: can't evaluate field Nope; there are ID, FullID, Name, ImageID, ImageFullID, ImageName, Command, DaemonName, ContainerID, ContainerName, ContainerImageID, ContainerImageName")]
    [InlineData("json-file", "tag={{if .Name}}x{{end}}", "a log tag with more than fields ({{if .Name}}x{{end}}) is not implemented by this engine yet")]
    public void Check_Wrong_IsRefused(string driver, string options, string words) =>
        Assert.Equal(words, Assert.Throws<EngineException>(() => LogOptions.Check(Log(driver, options))).Message);

    [Theory]
    [InlineData("local", "max-size=5m|max-file=2|compress=true")]
    [InlineData("json-file", "mode=non-blocking|max-buffer-size=1m|labels=a|env=E|compress=false")]
    [InlineData("none", "")]
    public void Check_Right_IsTaken(string driver, string options) => LogOptions.Check(Log(driver, options));

    [Fact]
    public void Local_Defaults_AreRotated()
    {
        var settings = JsonFileOptions.Parse("/x", new LogConfig { Type = "local" });

        Assert.Equal((20L << 20, 5), (settings.MaxSize, settings.MaxFile));
    }

    [Theory]
    [InlineData("labels=tier,gone|env=COLOUR", """{"COLOUR":"red=1","tier":"front"}""")]
    [InlineData("labels-regex=^t|env-regex=^C", """{"COLOUR":"red=1","tier":"front","type":"web"}""")]
    [InlineData("tag={{.Name}}/{{ .ID }}", """{"tag":"box/aaaaaaaaaaaa"}""")]
    [InlineData("", null)]
    public void Attributes_Options_SelectAndSort(string options, string? expected)
    {
        var container = new Container
        {
            Id = new string('a', 64),
            Name = "box",
            ImageId = "sha256:" + new string('b', 64),
            Created = DateTimeOffset.UnixEpoch,
            Config = new ContainerConfig { Env = ["COLOUR=red=1", "X=2"], Labels = new Dictionary<string, string> { ["tier"] = "front", ["type"] = "web", ["other"] = "1" } },
            HostConfig = new HostConfig { LogConfig = Log("json-file", options) },
            Path = "sh",
            Args = [],
            State = new ContainerState(),
        };

        Assert.Equal(expected, LogAttributes.Of(container));
    }

    private static LogConfig Log(string driver, string options) => new()
    {
        Type = driver,
        Config = options.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(option => option.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]),
    };
}
