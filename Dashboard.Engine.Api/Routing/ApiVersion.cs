using System.Globalization;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Routing;

/// <summary>A version of the Engine API, as in the path prefix <c>/v1.51</c>.</summary>
internal readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    public static readonly ApiVersion Minimum = new(1, 24);
    public static readonly ApiVersion Current = new(1, 51);

    public static bool operator <(ApiVersion left, ApiVersion right) => left.CompareTo(right) < 0;
    public static bool operator >(ApiVersion left, ApiVersion right) => left.CompareTo(right) > 0;
    public static bool operator <=(ApiVersion left, ApiVersion right) => left.CompareTo(right) <= 0;
    public static bool operator >=(ApiVersion left, ApiVersion right) => left.CompareTo(right) >= 0;

    /// <summary>Takes <c>/v1.41</c> off the path; a path without a version speaks the current one.</summary>
    public static ApiVersion Strip(ref string path)
    {
        if (!path.StartsWith("/v", StringComparison.Ordinal)) return Current;
        var end = path.IndexOf('/', 2);
        if (end < 0 || !TryParse(path.AsSpan(2, end - 2), out var version)) return Current;
        path = path[end..];
        return version;
    }

    /// <exception cref="EngineException">In the words that clients look for.</exception>
    public void Require()
    {
        if (this < Minimum)
            throw EngineException.Invalid($"client version {this} is too old. Minimum supported API version is {Minimum}, please upgrade your client to a newer version");
        if (this > Current)
            throw EngineException.Invalid($"client version {this} is too new. Maximum supported API version is {Current}");
    }

    public int CompareTo(ApiVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    public override string ToString() => $"{Major}.{Minor}";

    private static bool TryParse(ReadOnlySpan<char> text, out ApiVersion version)
    {
        var dot = text.IndexOf('.');
        version = default;
        if (dot < 0) return false;
        if (!int.TryParse(text[..dot], NumberStyles.None, null, out var major) || !int.TryParse(text[(dot + 1)..], NumberStyles.None, null, out var minor)) return false;
        version = new ApiVersion(major, minor);
        return true;
    }
}
