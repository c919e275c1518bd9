using System.Xml.Linq;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.ArchitectureRules;

/// <summary>The arrows between the rooms. A new one is a decision: change it here and in docs/architecture.md together.</summary>
public sealed class ReferencesTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Dashboard.Linux"] = [],
        ["Dashboard.Oci"] = [],
        ["Dashboard.Runtime"] = ["Dashboard.Linux", "Dashboard.Oci"],
        ["Dashboard.Engine"] = ["Dashboard.Linux", "Dashboard.Oci"],
        ["Dashboard.Engine.Api"] = ["Dashboard.Engine", "Dashboard.Oci"],
        ["Dashboard.Client"] = [],
        ["Dashboard.Server"] = ["Dashboard.Client", "Dashboard.Engine", "Dashboard.Engine.Api", "(process) Dashboard.Runtime"],
        ["Dashboard.Tests"] =
        [
            "Dashboard.Client", "Dashboard.Engine", "Dashboard.Engine.Api", "Dashboard.Linux", "Dashboard.Oci", "Dashboard.Runtime", "Dashboard.Server",
        ],
    };

    public static TheoryData<string> Projects => [.. s_allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_AreExactlyTheAllowedArrows(string project) =>
        Assert.Equal(s_allowed[project].Order(StringComparer.Ordinal), References(Load(project)).Order(StringComparer.Ordinal));

    [Fact]
    public void Solution_Projects_AreTheKnownRooms()
    {
        var listed = File.ReadLines(Path.Combine(TestPlaces.Repository, "Dashboard.sln"))
            .Where(line => line.StartsWith("Project(", StringComparison.Ordinal))
            .Select(line => line.Split('"')[3]);

        Assert.Equal(s_allowed.Keys.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Client_Packages_AreTheUiLibraryAndTheStandardClients()
    {
        string[] allowed = ["MudBlazor", "Docker.DotNet.Enhanced", "KubernetesClient", "Microsoft.AspNetCore.SignalR.Client"];

        Assert.Empty(Packages(Load("Dashboard.Client")).Except(allowed));
    }

    [Theory]
    [InlineData("Dashboard.Engine")]
    [InlineData("Dashboard.Linux")]
    [InlineData("Dashboard.Oci")]
    [InlineData("Dashboard.Runtime")]
    public void RoomBelowTheApi_Frameworks_HaveNoHttp(string project)
    {
        var document = Load(project);

        Assert.Equal("Microsoft.NET.Sdk", document.Root!.Attribute("Sdk")!.Value);
        Assert.Empty(document.Descendants("FrameworkReference"));
        Assert.DoesNotContain(Packages(document), package => package.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Dashboard.Linux")]
    [InlineData("Dashboard.Oci")]
    [InlineData("Dashboard.Runtime")]
    public void NativeRoom_Packages_AreNone(string project) => Assert.Empty(Packages(Load(project)));

    private static XDocument Load(string project) => XDocument.Load(Path.Combine(TestPlaces.Repository, project, project + ".csproj"));

    private static IEnumerable<string> Packages(XDocument project) => project.Descendants("PackageReference").Select(element => element.Attribute("Include")!.Value);

    private static IEnumerable<string> References(XDocument project) => project.Descendants("ProjectReference").Select(element =>
    {
        var name = Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value);
        return element.Attribute("ReferenceOutputAssembly")?.Value == "false" ? "(process) " + name : name;
    });
}
