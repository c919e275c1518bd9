using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Images.Registry;

namespace Dashboard.Engine.Api.Views;

/// <summary>The registry settings in the shape of GET /info.</summary>
internal static class RegistryView
{
    private const string Hub = "docker.io";
    private const string Loopback = "127.0.0.0/8";

    public static RegistryConfig Of(RegistryOptions settings)
    {
        IReadOnlyList<string> mirrors = [.. settings.Mirrors.Select(mirror => mirror.AbsoluteUri)];
        var named = settings.InsecureRegistries.Where(entry => !entry.Contains('/')).ToDictionary(name => name, name => new RegistryIndex(name, [], Secure: false, Official: false));
        named[Hub] = new RegistryIndex(Hub, mirrors, Secure: true, Official: true);
        return new RegistryConfig { IndexConfigs = named, InsecureRegistryCIDRs = [.. settings.InsecureRegistries.Where(entry => entry.Contains('/')), Loopback], Mirrors = mirrors };
    }
}
