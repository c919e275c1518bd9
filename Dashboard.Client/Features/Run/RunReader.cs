using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Dashboard.Client.Resources;
using Microsoft.Extensions.Localization;

namespace Dashboard.Client.Features.Run;

/// <summary>
/// Reads a form into a plan. What Docker has words for is said in them; what only the engine knows (a taken port, a missing
/// directory) is left to it.
/// </summary>
public sealed partial class RunReader(IStringLocalizer<Text> text)
{
    private const long SmallestMemory = 6 * 1024 * 1024;
    private const decimal SmallestCpus = 0.01m;
    private readonly Dictionary<string, string> problems = [];

    /// <param name="nameIsTaken">Whether a container has this name.</param>
    public static RunReading Read(RunForm form, IStringLocalizer<Text> text, Func<string, bool> nameIsTaken)
    {
        ArgumentNullException.ThrowIfNull(form);
        var reader = new RunReader(text);
        var plan = reader.Plan(form, nameIsTaken);
        return new RunReading(plan, reader.problems);
    }

    private RunPlan Plan(RunForm form, Func<string, bool> nameIsTaken) => new()
    {
        Image = Checked("image", form.Image.Trim(), form.Image.Trim().Length == 0 ? text["Choose an image."].Value : null) ?? "IMAGE",
        Name = Name(form.Name.Trim(), nameIsTaken),
        Command = Command(form.Command),
        Ports = Ports(form),
        Environment = Rows("env", form.Variables.Select(row => row.IsEmpty ? null : new Func<string, string?>(field => Variable(field, row)))),
        Binds = Mounts(form),
        Memory = Memory(form.Memory.Trim()),
        NanoCpus = Cpus(form.Cpus.Trim()),
        Restart = Checked("restart", form.Restart, form.RemoveAtExit && form.Restart != RunPlan.NoRestart ? "can't create 'AutoRemove' container with restart policy" : null) ?? RunPlan.NoRestart,
        Retries = Retries(form),
        Network = form.Network,
        Tty = form.Tty,
        Interactive = form.Interactive,
        RemoveAtExit = form.RemoveAtExit,
    };

    private string? Name(string name, Func<string, bool> isTaken)
    {
        if (name.Length == 0)
            return null;
        if (!ContainerName().IsMatch(name))
            return Wrong("name", $"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        return isTaken(name) ? Wrong("name", text["A container is called {0} already.", name]) : name;
    }

    private IReadOnlyList<string> Command(string command)
    {
        if (ShellWords.Split(command) is { } words)
            return words;
        problems["command"] = text["A quote is not closed."];
        return [];
    }

    private List<PlannedPort> Ports(RunForm form)
    {
        var ports = new List<PlannedPort>();
        for (var i = 0; i < form.Ports.Count; i++)
        {
            var row = form.Ports[i];
            if (row.IsEmpty || Port($"ports.{i}", row) is not { } port)
                continue;
            if (port.HostPort.Length > 0 && ports.Any(other => other.HostPort == port.HostPort && other.Protocol == port.Protocol && (other.HostAddress == port.HostAddress || other.HostAddress == "" || port.HostAddress == "")))
                problems[$"ports.{i}"] = text["Port {0} of the host is published twice.", port.HostPort];
            else
                ports.Add(port);
        }
        return ports;
    }

    private PlannedPort? Port(string field, PortRow row)
    {
        if (!IsPort(row.Container.Trim(), out var container))
        {
            problems[field] = text["A port of the container is a number from 1 to 65535."];
            return null;
        }
        var host = row.Host.Trim();
        var colon = host.LastIndexOf(':');
        var (address, port) = colon < 0 ? ("", host) : (host[..colon].Trim('[', ']'), host[(colon + 1)..]);
        if (colon >= 0 && !IPAddress.TryParse(address, out _))
            problems[field] = $"invalid IP address: {address}";
        else if (port.Length > 0 && !IsPort(port, out _))
            problems[field] = text["A port of the host is a number from 1 to 65535, with an address before it if you like: 127.0.0.1:8080."];
        else
            return new PlannedPort(address, port, container, row.Protocol);
        return null;
    }

    private string? Variable(string field, VariableRow row)
    {
        var key = row.Key.Trim();
        if (key.Length == 0)
            return Wrong(field, text["A variable needs a name."]);
        return key.Contains('=', StringComparison.Ordinal) ? Wrong(field, text["A name has no equals sign."]) : $"{key}={row.Value}";
    }

    private List<string> Mounts(RunForm form) => Rows("mounts", form.Mounts.Select(row => row.IsEmpty ? null : new Func<string, string?>(field =>
    {
        var (source, target) = (row.Source.Trim(), row.Target.Trim());
        if (source.Contains(':', StringComparison.Ordinal) || target.Contains(':', StringComparison.Ordinal))
            return Wrong(field, text["A path with a colon cannot be mounted in this way."]);
        if (!source.StartsWith('/') && !ContainerName().IsMatch(source))
            return Wrong(field, text["The source is a path of the host that begins with a slash, or the name of a volume."]);
        if (!target.StartsWith('/'))
            return Wrong(field, $"invalid mount path: '{target}' mount path must be absolute");
        return target.Trim('/').Length == 0 ? Wrong(field, "invalid specification: destination can't be '/'") : $"{source}:{target}{(row.ReadOnly ? ":ro" : "")}";
    })));

    private static List<string> Rows(string field, IEnumerable<Func<string, string?>?> rows) =>
        [.. rows.Select((row, index) => row?.Invoke($"{field}.{index}")).OfType<string>()];

    private long Memory(string memory)
    {
        if (memory.Length == 0)
            return 0;
        if (SizeText.Parse(memory) is not { } bytes)
            problems["memory"] = $"invalid size: '{memory}'";
        else if (bytes < SmallestMemory)
            problems["memory"] = "Minimum memory limit allowed is 6MB";
        else
            return bytes;
        return 0;
    }

    private long Cpus(string cpus)
    {
        if (cpus.Length == 0)
            return 0;
        if (decimal.TryParse(cpus, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= SmallestCpus and < 100_000)
            return (long)(number * 1_000_000_000);
        problems["cpus"] = text["A number of CPUs from 0.01 on, such as 0.5 or 2."];
        return 0;
    }

    private int Retries(RunForm form)
    {
        if (form.Restart != RunPlan.OnFailure || form.Retries.Trim().Length == 0)
            return 0;
        if (int.TryParse(form.Retries.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var retries))
            return retries;
        problems["restart"] = "invalid restart policy: maximum retry count must be an integer";
        return 0;
    }

    private string? Checked(string field, string value, string? problem) => problem is null ? value : Wrong(field, problem);

    private string? Wrong(string field, string problem)
    {
        problems[field] = problem;
        return null;
    }

    private static bool IsPort(string value, out int port) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536;

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]+\z")]
    private static partial Regex ContainerName();
}
