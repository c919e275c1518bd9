using System.Runtime.InteropServices;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images;

/// <summary>This machine in the words of images (GOARCH).</summary>
internal static class HostPlatform
{
    public static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>The variant matters only where a machine may be too old for it: arm64 is v8 everywhere, amd64 is taken as its first.</summary>
    public static bool Fits(Platform platform) =>
        platform.Os == "linux" && platform.Architecture == Architecture && platform.Variant is null or "" or "v1" or "v8";
}
