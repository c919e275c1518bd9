namespace Dashboard.Engine.Errors;

/// <summary>What went wrong, in the terms that the API maps to a status (one place: Dashboard.Engine.Api/Errors).</summary>
public enum ErrorKind
{
    /// <summary>400: the request is wrong in itself.</summary>
    InvalidParameter,
    /// <summary>401: credentials for a registry that the registry refused.</summary>
    Unauthorized,
    /// <summary>403: understood and refused (predefined network, and the like).</summary>
    Forbidden,
    /// <summary>404.</summary>
    NotFound,
    /// <summary>409: right in itself, but not in this state.</summary>
    Conflict,
    /// <summary>304: already so.</summary>
    NotModified,
    /// <summary>501: a known part of the API that is not built; the message names it.</summary>
    NotImplemented,
    /// <summary>503.</summary>
    Unavailable,
    /// <summary>500.</summary>
    System,
}

/// <summary>The one exception of the engine. <see cref="Exception.Message"/> is shown to the user: it names the thing, the reason and the way out, in Docker's words where Docker has words.</summary>
public sealed class EngineException(ErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public ErrorKind Kind { get; } = kind;

    /// <summary>For a failed start: what the container's exit code becomes (127 not found, 126 not executable, 128 otherwise).</summary>
    public int? ExitCode { get; init; }

    public static EngineException NotFound(string message) => new(ErrorKind.NotFound, message);
    public static EngineException Conflict(string message) => new(ErrorKind.Conflict, message);
    public static EngineException Invalid(string message) => new(ErrorKind.InvalidParameter, message);
    public static EngineException NotModified(string message) => new(ErrorKind.NotModified, message);
    public static EngineException NotImplemented(string what) => new(ErrorKind.NotImplemented, $"{what} is not implemented by this engine yet");
}
