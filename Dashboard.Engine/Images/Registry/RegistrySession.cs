using System.Net;
using Dashboard.Engine.Images.Registry.Auth;

namespace Dashboard.Engine.Images.Registry;

/// <summary>
/// The exchange with one registry about one repository: authorised, redirected, and with errors in Docker's words. Any number of
/// requests at a time; owns nothing to dispose of.
/// </summary>
internal sealed class RegistrySession(RegistryHost host, string repository, HttpMessageInvoker http, Authorizer authorizer, RegistryOptions options, TimeProvider clock)
{
    private const int RedirectsMax = 10;

    public RegistryHost Host => host;
    public string Repository => repository;
    public TimeSpan Stall => options.StallTimeout;

    public IReadOnlyList<string> PullScope { get; } = [$"repository:{repository}:pull"];
    public IReadOnlyList<string> PushScope { get; } = [$"repository:{repository}:pull,push"];

    public Uri Address(string path) => new(host.Url, path.Length == 0 ? "v2/" : $"v2/{repository}/{path}");

    /// <param name="make">A fresh request; called again after a new authorisation.</param>
    /// <returns>The head of any answer but an error, its body still to be read. The caller disposes it.</returns>
    /// <exception cref="RegistryException">Not reached, or refused.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        for (var renewed = false; ; renewed = true)
        {
            var response = await SendOnceAsync(make(), scopes, cancellationToken);
            if (IsWelcome(response))
                return response;
            using (response)
            {
                if (response.StatusCode != HttpStatusCode.Unauthorized || renewed || !authorizer.Renew(Challenge.Read(response), scopes))
                    throw await RegistryErrors.ReadAsync(response, clock, cancellationToken);
            }
        }
    }

    private static bool IsWelcome(HttpResponseMessage response) => response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable;

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        try
        {
            // A registry may have a blob sent elsewhere: without what is for itself alone, and not in the clear.
            if (request.RequestUri!.GetLeftPart(UriPartial.Authority) == host.Url.GetLeftPart(UriPartial.Authority))
                request.Headers.Authorization = await authorizer.HeaderAsync(request.Method, request.RequestUri, scopes, cancellationToken);
            else if (request.RequestUri.Scheme != "https" && host.Url.Scheme == "https")
                throw new RegistryException($"the registry {host.Domain} asks to use {RegistryFault.Show(request.RequestUri)} unencrypted: refused");
            for (var redirects = 0; ; redirects++)
            {
                var response = await ExchangeAsync(request, cancellationToken);
                if (Target(request, response) is not { } target)
                    return response;
                response.Dispose();
                if (redirects == RedirectsMax)
                    throw new RegistryException($"{RegistryFault.Verb(request.Method)} \"{RegistryFault.Show(target)}\": stopped after {RedirectsMax} redirects");
                var next = Follow(request, target);
                request.Dispose();
                request = next;
            }
        }
        finally
        {
            request.Dispose();
        }
    }

    private async Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // A body is watched by whoever sends it; here it is the answer that may not come.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (request.Content is null)
            limit.CancelAfter(options.StallTimeout);
        try
        {
            return await http.SendAsync(request, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw RegistryFault.Stalled(request.Method, request.RequestUri!, options.StallTimeout);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw RegistryFault.Explain(error, request.Method, request.RequestUri!);
        }
    }

    /// <summary>Where to look instead. What came encrypted is not fetched in the clear.</summary>
    private static Uri? Target(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            || response.Headers.Location is not { } location || (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head))
            return null;
        var target = new Uri(request.RequestUri!, location);
        if (target.Scheme is not ("http" or "https"))
            throw new RegistryException($"{RegistryFault.Verb(request.Method)} \"{RegistryFault.Show(request.RequestUri!)}\": redirected to the scheme {target.Scheme}: refused");
        return target.Scheme == "http" && request.RequestUri!.Scheme == "https"
            ? throw new RegistryException($"{RegistryFault.Verb(request.Method)} \"{RegistryFault.Show(request.RequestUri)}\": redirected from HTTPS to {RegistryFault.Show(target)}: refused")
            : target;
    }

    /// <summary>The credentials are for the registry, not for where its blobs lie.</summary>
    private static HttpRequestMessage Follow(HttpRequestMessage request, Uri target)
    {
        var next = new HttpRequestMessage(request.Method, target);
        var isSame = target.GetLeftPart(UriPartial.Authority) == request.RequestUri!.GetLeftPart(UriPartial.Authority);
        foreach (var (name, values) in request.Headers)
        {
            if (isSame || !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
                next.Headers.TryAddWithoutValidation(name, values);
        }
        return next;
    }
}
