using System.Text.RegularExpressions;
using System.Xml.Linq;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.ArchitectureRules;

/// <summary>Habits of the house that a compiler does not check.</summary>
public sealed partial class SourceRulesTests
{
    private const int MaximumLines = 400;

    /// <summary>Files that may be longer, each with its reason.</summary>
    private static readonly Dictionary<string, string> s_longFiles = [];

    [Fact]
    public void SourceFile_Length_StaysUnderTheLimit()
    {
        var tooLong = Sources("*.cs").Concat(Sources("*.razor"))
            .Where(file => !s_longFiles.ContainsKey(file) && !file.Contains("/Migrations/", StringComparison.Ordinal))
            .Select(file => (file, lines: File.ReadLines(Full(file)).Count()))
            .Where(each => each.lines > MaximumLines)
            .Select(each => $"{each.file}: {each.lines}");

        Assert.Empty(tooLong);
    }

    [Fact]
    public void LongFileList_Entries_AreStillLong() =>
        Assert.All(s_longFiles.Keys, file => Assert.True(File.Exists(Full(file)) && File.ReadLines(Full(file)).Count() > MaximumLines, file));

    [Fact]
    public void Project_PackageVersions_AreCentral()
    {
        var own = Sources("*.csproj")
            .SelectMany(file => XDocument.Load(Full(file)).Descendants("PackageReference").Select(element => (file, element)))
            .Where(each => each.element.Attribute("Version") is not null || each.element.Attribute("VersionOverride") is not null)
            .Select(each => $"{each.file}: {each.element}");

        Assert.Empty(own);
    }

    [Fact]
    public void Source_Shortcuts_AreAbsent()
    {
        var found = Sources("*.cs").Where(file => !file.EndsWith("SourceRulesTests.cs", StringComparison.Ordinal) && !file.Contains("/Migrations/", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(Full(file)).Select((line, index) => (file, line, number: index + 1)))
            .Where(each => Shortcut().IsMatch(each.line))
            .Select(each => $"{each.file}:{each.number}: {each.line.Trim()}");

        Assert.Empty(found);
    }

    [Fact]
    public void ProductSource_Waiting_IsBySignalNotBySleep()
    {
        var found = Sources("*.cs").Where(file => !file.StartsWith("Dashboard.Tests/", StringComparison.Ordinal) && !file.StartsWith("bench/", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(Full(file)).Select((line, index) => (file, line, number: index + 1)))
            .Where(each => Sleep().IsMatch(each.line))
            .Select(each => $"{each.file}:{each.number}: {each.line.Trim()}");

        Assert.Empty(found);
    }

    [Fact]
    public void DllImport_Places_AreTheLinuxRoomAndTheTests()
    {
        var found = Sources("*.cs")
            .Where(file => !file.StartsWith("Dashboard.Linux/", StringComparison.Ordinal) && !file.StartsWith("Dashboard.Tests/", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(Full(file)).Contains("[LibraryImport(", StringComparison.Ordinal));

        Assert.Empty(found);
    }

    private static IEnumerable<string> Sources(string pattern) => Directory
        .EnumerateFiles(TestPlaces.Repository, pattern, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden })
        .Select(file => Path.GetRelativePath(TestPlaces.Repository, file))
        .Where(file => !GeneratedPlace().IsMatch(file));

    private static string Full(string file) => Path.Combine(TestPlaces.Repository, file);

    [GeneratedRegex("(^|/)(bin|obj|artifacts)/")]
    private static partial Regex GeneratedPlace();

    [GeneratedRegex(@"#pragma warning disable|\basync void\b|//\s*TODO|//\s*HACK|NotImplementedException")]
    private static partial Regex Shortcut();

    [GeneratedRegex(@"\bThread\.Sleep\(")]
    private static partial Regex Sleep();
}
