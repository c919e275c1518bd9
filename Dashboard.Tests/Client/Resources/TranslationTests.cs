using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Dashboard.Client.Resources;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Client.Resources;

/// <summary>The English text is the key (docs/decisions/008), so what every other language must have can be read from the sources.</summary>
public sealed partial class TranslationTests
{
    private static readonly string s_client = Path.Combine(TestPlaces.Repository, "Dashboard.Client");

    [Fact]
    public void Korean_TextsOfTheSources_AreAllThere() => Assert.Empty(Used().Except(Korean().Keys).Order(StringComparer.Ordinal));

    [Fact]
    public void Korean_Entries_AreAllUsed()
    {
        // Texts that reach the localizer through a variable stand somewhere as literals too.
        var sources = string.Concat(Sources().Select(File.ReadAllText));

        var unused = Korean().Keys.Except(Enum.GetNames<Dashboard.Client.Docker.ContainerCondition>()).ToList();
        unused.RemoveAll(key => sources.Contains($"\"{Escaped(key)}\"", StringComparison.Ordinal));
        Assert.Empty(unused);
    }

    [Fact]
    public void Korean_Placeholders_AreThoseOfTheKey() =>
        Assert.All(Korean(), entry => Assert.Equal(Placeholders(entry.Key), Placeholders(entry.Value)));

    [Fact]
    public void Korean_States_HaveAWordEach() =>
        Assert.Empty(Enum.GetNames<Dashboard.Client.Docker.ContainerCondition>().Except(Korean().Keys));

    [Fact]
    public void Localizer_KoreanCircuit_SpeaksKorean()
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ko");
            Assert.Equal("컨테이너", Localizer.Text["Containers"].Value);
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
            Assert.Equal("Containers", Localizer.Text["Containers"].Value);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private static Dictionary<string, string> Korean() => XDocument.Load(Path.Combine(s_client, "Resources", "Text.ko.resx")).Root!
        .Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static HashSet<string> Used() => [.. Sources()
        .SelectMany(file => TextPattern().Matches(File.ReadAllText(file)))
        .Select(match => Regex.Unescape(match.Groups[1].Value))];

    private static IEnumerable<string> Sources() => new[] { s_client, Path.Combine(TestPlaces.Repository, "Dashboard.Server") }
        .SelectMany(room => Directory.EnumerateFiles(room, "*", SearchOption.AllDirectories))
        .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string Escaped(string key) => key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static IEnumerable<string> Placeholders(string text) => PlaceholderPattern().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex("""\b[Tt]ext\[\s*"((?:[^"\\]|\\.)*)"[,\]]""")]
    private static partial Regex TextPattern();

    [GeneratedRegex(@"\{\d+[^}]*\}")]
    private static partial Regex PlaceholderPattern();
}
