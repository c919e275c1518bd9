using System.Net;

namespace Dashboard.Engine.Images.Registry;

/// <summary>What may be done about a failed exchange with a registry.</summary>
internal enum RegistryFailure
{
    /// <summary>Asking again gives the same answer.</summary>
    Final,
    /// <summary>Nobody is there: worth another try for one who was already served.</summary>
    Unreachable,
    /// <summary>Broken off, stalled, overloaded: worth another try.</summary>
    Transient,
}

/// <summary>A registry refused, failed or was not reached; the message is in Docker's words and holds no secret.</summary>
internal sealed class RegistryException(string message, RegistryFailure failure = RegistryFailure.Final, Exception? inner = null) : Exception(message, inner)
{
    public RegistryFailure Failure { get; } = failure;

    /// <summary>Of the distribution specification, such as <c>MANIFEST_UNKNOWN</c>; empty when there was no such answer.</summary>
    public string Code { get; init; } = "";

    public HttpStatusCode? Status { get; init; }

    /// <summary>How long the registry asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
