namespace Dashboard.Engine.Images.Registry.Auth;

/// <summary>
/// What a registry wants to see (RFC 9110, 11.6.1): <c>Bearer realm="https://auth.docker.io/token",service="registry.docker.io"</c>,
/// or <c>Basic realm="x"</c>.
/// </summary>
internal sealed class Challenge
{
    private readonly IReadOnlyDictionary<string, string> parameters;

    private Challenge(bool isBearer, IReadOnlyDictionary<string, string> parameters) => (IsBearer, this.parameters) = (isBearer, parameters);

    public bool IsBearer { get; }

    /// <summary>Empty when it was not said.</summary>
    public string Parameter(string name) => parameters.GetValueOrDefault(name, "");

    /// <summary>The one to answer: Bearer before Basic. Null when the answer has none that is known.</summary>
    public static Challenge? Read(HttpResponseMessage response)
    {
        var known = new List<Challenge>();
        foreach (var challenge in response.Headers.WwwAuthenticate)
        {
            var isBearer = challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase);
            if (isBearer || challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
                known.Add(new Challenge(isBearer, Parse(challenge.Parameter ?? "")));
        }
        return known.Find(challenge => challenge.IsBearer) ?? known.FirstOrDefault();
    }

    private static Dictionary<string, string> Parse(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var at = 0;
        while (at < text.Length)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
                break;
            var name = text[at..equals].Trim(' ', ',', '\t');
            found[name] = Value(text, equals + 1, out at);
        }
        return found;
    }

    private static string Value(string text, int start, out int end)
    {
        if (start >= text.Length || text[start] != '"')
        {
            var comma = text.IndexOf(',', start);
            end = comma < 0 ? text.Length : comma + 1;
            return text[start..(comma < 0 ? text.Length : comma)].Trim();
        }
        var value = new System.Text.StringBuilder();
        for (end = start + 1; end < text.Length && text[end] != '"'; end++)
        {
            if (text[end] == '\\' && end + 1 < text.Length)
                end++;
            value.Append(text[end]);
        }
        end = Math.Min(end + 1, text.Length);
        return value.ToString();
    }
}
