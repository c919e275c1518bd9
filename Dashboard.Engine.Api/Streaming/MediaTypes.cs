using Dashboard.Engine.Api.Routing;

namespace Dashboard.Engine.Api.Streaming;

internal static class MediaTypes
{
    public const string OctetStream = "application/octet-stream";
    public const string Tar = "application/x-tar";
    public const string RawStream = "application/vnd.docker.raw-stream";
    private const string MultiplexedStream = "application/vnd.docker.multiplexed-stream";
    private static readonly ApiVersion s_namedMultiplexing = new(1, 42);

    /// <summary>Framed streams have their own type since API 1.42.</summary>
    public static string Of(bool tty, ApiVersion version) => !tty && version >= s_namedMultiplexing ? MultiplexedStream : RawStream;
}
