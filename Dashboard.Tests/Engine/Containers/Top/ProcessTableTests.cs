using System.Text;
using Dashboard.Engine.Containers.Top;
using Dashboard.Engine.Errors;

namespace Dashboard.Tests.Engine.Containers.Top;

public sealed class ProcessTableTests
{
    private static string Titles(string? arguments) => string.Join(' ', ProcessTable.Columns(arguments).Select(column => column.Title));

    [Theory]
    [InlineData(null, "UID PID PPID C STIME TTY TIME CMD")]
    [InlineData("-ef", "UID PID PPID C STIME TTY TIME CMD")]
    [InlineData("aux", "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND")]
    [InlineData("-o pid,cmd", "PID CMD")]
    [InlineData("-eo pid,comm=NAME", "PID NAME")]
    [InlineData("-opid -o args", "PID COMMAND")]
    public void Columns_KnownArguments_AreThoseOfPs(string? arguments, string titles) => Assert.Equal(titles, Titles(arguments));

    [Theory]
    [InlineData("-o cmd", "Couldn't find PID field in ps output")]
    [InlineData("--forest", "ps: \"--forest\" is not served")]
    [InlineData("-o pid,wchan", "ps: \"wchan\" is not served")]
    [InlineData("-o", "ps: \"-o\" is not served")]
    public void Columns_Others_AreRefusedByName(string arguments, string words) =>
        Assert.StartsWith(words, Assert.Throws<EngineException>(() => Titles(arguments)).Message);

    [Fact]
    public void Parse_NameWithBrackets_ReadsTheFieldsBehindIt()
    {
        const string Stat = "42 (a) b (c)) S 1 42 42 34816 42 4194304 1 0 0 0 150 50 0 0 20 0 3 0 1000 4096000 25 18446744073709551615 0";

        var facts = ProcessFacts.Parse(42, Stat, "Uid:\t0\t1000\t0\t0", Encoding.UTF8.GetBytes("sh\0-c\0x\u001b[0m\0"));

        Assert.Equal(("a) b (c)", 1, 1000u, 3L), (facts.Name, facts.ParentPid, facts.Uid, facts.Threads));
        Assert.Equal((TimeSpan.FromSeconds(2), "sh -c x?[0m"), (facts.Cpu, facts.CommandLine));
    }
}
