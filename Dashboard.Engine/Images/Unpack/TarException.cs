namespace Dashboard.Engine.Images.Unpack;

/// <summary>The archive itself is wrong: malformed, truncated, past a limit, or reaching outside of its root.</summary>
internal sealed class TarException(string message, Exception? inner = null) : Exception(message, inner)
{
    public static TarException InvalidHeader(string why) => new($"archive/tar: invalid tar header: {why}");
    public static TarException Truncated() => new("unexpected EOF");
}
