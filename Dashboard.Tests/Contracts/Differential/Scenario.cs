using System.Text;

namespace Dashboard.Tests.Contracts.Differential;

/// <summary>Requests about one noun in the order in which they are sent; what they make they remove, so that scenarios do not see each other.</summary>
internal sealed class Scenario(string name)
{
    private readonly List<Step> _steps = [];

    public string Name => name;
    public IReadOnlyList<Step> Steps => _steps;

    public Scenario Get(string path, bool shapeOnly = false, bool unordered = false, string? until = null) =>
        Add(new Step("GET", path) { ShapeOnly = shapeOnly, Unordered = unordered, Until = until });

    public Scenario Head(string path) => Add(new Step("HEAD", path));

    public Scenario Post(string path, string? json = null, string? remember = null, bool unordered = false, string contentType = "application/json", params string[] headers) => Add(new Step("POST", path)
    {
        Body = json is null ? null : Encoding.UTF8.GetBytes(json),
        ContentType = json is null || contentType.Length == 0 ? null : contentType,
        Remember = remember,
        Unordered = unordered,
        Headers = headers,
    });

    public Scenario Upload(string method, string path, byte[] body, string? remember = null) =>
        Add(new Step(method, path) { Body = body, ContentType = "application/x-tar", Remember = remember });

    public Scenario Delete(string path) => Add(new Step("DELETE", path));

    /// <summary>Several requests that differ only in their path.</summary>
    public Scenario Each(string method, params string[] paths) => paths.Aggregate(this, (all, path) => all.Add(new Step(method, path)));

    /// <summary>The same request with several bodies.</summary>
    public Scenario PostEach(string path, params string[] bodies) => bodies.Aggregate(this, (all, body) => all.Post(path, body));

    public Scenario Add(Step step)
    {
        _steps.Add(step);
        return this;
    }

    public override string ToString() => name;
}
