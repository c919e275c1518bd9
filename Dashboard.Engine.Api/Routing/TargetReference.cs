using System.Text.RegularExpressions;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Routing;

/// <summary>The name that tag, import and commit give, from the parameters <c>repo</c> and <c>tag</c>.</summary>
internal static partial class TargetReference
{
    /// <summary>A tag of its own takes the place of one in the name. Null without a name.</summary>
    /// <exception cref="EngineException">The tag cannot be one.</exception>
    public static string? Of(string? repository, string? tag)
    {
        if (repository is null || tag is null) return repository;
        if (!Tag().IsMatch(tag)) throw EngineException.Invalid("invalid tag format");
        var colon = repository.IndexOf(':', repository.LastIndexOf('/') + 1);
        return $"{(colon < 0 ? repository : repository[..colon])}:{tag}";
    }

    [GeneratedRegex(@"^[\w][\w.-]{0,127}$", RegexOptions.ECMAScript)]
    private static partial Regex Tag();
}
