using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Dashboard.Engine.Api.Routing;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts;

/// <summary>docs/api-matrix.md says of every operation what its route says.</summary>
public sealed partial class ApiMatrixTests
{
    [Fact]
    public void Matrix_States_AreThoseOfTheRoutes()
    {
        var routes = Routes().ToDictionary(route => $"{route.Method} {route.Template}", route => Word(route.State));
        var rows = File.ReadAllLines(Path.Combine(TestPlaces.Repository, "docs/api-matrix.md")).Select(line => Row().Match(line)).Where(match => match.Success)
            .ToDictionary(match => $"{match.Groups[1].Value} {match.Groups[2].Value}", match => match.Groups[3].Value.Trim());

        Assert.NotEmpty(rows);
        Assert.Equal([], rows.Where(row => routes.GetValueOrDefault(row.Key) != row.Value).Select(row => $"{row.Key}: {row.Value}, the route says {routes.GetValueOrDefault(row.Key, "nothing")}"));
    }

    // Routes are values; what would serve them is not needed to list them.
    private static IEnumerable<Route> Routes() => typeof(RouteTable).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IEndpoints)))
        .SelectMany(type => ((IEndpoints)RuntimeHelpers.GetUninitializedObject(type)).Routes);

    private static string Word(RouteState state) => state switch
    {
        RouteState.Built => "built",
        RouteState.Partial => "partial",
        RouteState.NotBuilt => "501",
        _ => "503 (no swarm)",
    };

    [GeneratedRegex(@"^\| ([A-Z]+) \| `([^`]+)` \| ([^|]*)\|")]
    private static partial Regex Row();
}
