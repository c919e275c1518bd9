using System.Globalization;
using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Streaming;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Registry;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>What is asked of registries; the pull is a form of POST /images/create.</summary>
internal sealed class RegistryEndpoints(IRegistryService registries, TimeProvider clock) : IEndpoints
{
    private const int SearchLimit = 25;

    public IEnumerable<Route> Routes =>
    [
        new("POST", "/images/{name}/push", RouteState.Built, PushAsync),
        new("GET", "/images/search", RouteState.Built, SearchAsync),
        new("POST", "/auth", RouteState.Built, LoginAsync),
        new("GET", "/distribution/{name}/json", RouteState.Built, InspectAsync),
    ];

    private Task PushAsync(ApiRequest request)
    {
        if (!request.Http.Request.Headers.ContainsKey(RegistryAuth.Header)) throw EngineException.Invalid($"Bad parameters and missing {RegistryAuth.Header}: EOF");
        request.RefuseValue("platform", "pushing an image for one platform");
        var name = request.Query("tag") is { } tag ? $"{request.Parameter}:{tag}" : request.Parameter;
        return RegistryStream.RunAsync(request, clock, progress => registries.PushAsync(name, RegistryAuth.Read(request.Http.Request), progress, request.Aborted));
    }

    private async Task LoginAsync(ApiRequest request)
    {
        var config = await request.ReadAsync<AuthConfig>("types.AuthConfig");
        var token = await registries.LoginAsync(RegistryAuth.Of(config), request.Aborted);
        await request.WriteAsync(new AuthAnswer(token, "Login Succeeded"));
    }

    private async Task InspectAsync(ApiRequest request)
    {
        var image = await registries.InspectAsync(request.Parameter, RegistryAuth.Read(request.Http.Request), request.Aborted);
        await request.WriteAsync(new DistributionMessage(
            new DescriptorMessage(image.Descriptor.MediaType, image.Descriptor.Digest, image.Descriptor.Size),
            [.. image.Platforms.Select(platform => new PlatformMessage(platform.Architecture, platform.Os, platform.Variant, platform.OsVersion))]));
    }

    private async Task SearchAsync(ApiRequest request)
    {
        var filters = Filters.Parse(request.Query("filters"), ["is-automated", "is-official", "stars"]);
        var limit = request.Integer("limit") ?? SearchLimit;
        if (limit is < 1 or > 100) throw EngineException.Invalid($"Limit {limit} is outside the range of [1, 100]");
        var official = filters.Boolean("is-official");
        var automated = filters.Boolean("is-automated");
        var stars = filters.Values("stars").Select(Stars).DefaultIfEmpty(0).Max();
        var found = await registries.SearchAsync(request.Query("term") ?? "", limit, RegistryAuth.Read(request.Http.Request), request.Aborted);
        await request.WriteAsync(found
            .Where(result => (official is null || official == result.IsOfficial) && (automated is null || automated == result.IsAutomated) && result.StarCount >= stars)
            .Take(limit)
            .Select(result => new SearchMessage(result.StarCount, result.IsOfficial, result.Name, result.IsAutomated, result.Description ?? "")).ToList());
    }

    private static int Stars(string value) => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var stars) ? stars : throw EngineException.Invalid($"Invalid filter 'stars={value}'");
}
