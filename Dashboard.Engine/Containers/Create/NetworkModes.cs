namespace Dashboard.Engine.Containers.Create;

internal static class NetworkModes
{
    public const string None = "none";
    public const string Host = "host";
    public const string Bridge = "bridge";

    public static bool IsKnown(string mode) => mode is "" or "default" or None or Host or Bridge;

    /// <summary>The empty mode and <c>default</c> are the bridge.</summary>
    public static string Normalize(string mode) => mode is "" or "default" ? Bridge : mode;
}
