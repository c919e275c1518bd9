using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Errors;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Engine.Api.Errors;

/// <summary>The one place where an error of the engine becomes a status and <c>{"message": "…"}</c>.</summary>
internal static class ErrorResponse
{
    public static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidParameter => StatusCodes.Status400BadRequest,
        ErrorKind.Unauthorized => StatusCodes.Status401Unauthorized,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.NotModified => StatusCodes.Status304NotModified,
        ErrorKind.NotImplemented => StatusCodes.Status501NotImplemented,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static Task WriteAsync(HttpResponse response, int status, string message)
    {
        response.StatusCode = status;
        // "Already so" has no body (RFC 9110, 15.4.5).
        return status == StatusCodes.Status304NotModified
            ? Task.CompletedTask
            : ApiJson.WriteAsync(response, new ErrorMessage(message), ApiJsonContext.Default.ErrorMessage, CancellationToken.None);
    }
}
