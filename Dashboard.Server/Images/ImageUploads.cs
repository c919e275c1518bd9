using System.Net.Sockets;
using Dashboard.Client.Connections;
using Dashboard.Client.Features.Images;
using Dashboard.Server.Auth;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Dashboard.Server.Images;

/// <summary>
/// A tar from the browser straight into the engine: nothing is stored on the way, nothing goes through a circuit, and the
/// browser sends as fast as the engine unpacks.
/// </summary>
internal static class ImageUploads
{
    /// <summary>
    /// POST /images/{endpoint}/load for what <c>docker save</c> wrote, POST /images/{endpoint}/import?repo=…&amp;tag=… for a root
    /// file system; the body is the tar, <c>upload</c> names whom to tell. For signed-in users on pages of ours only.
    /// </summary>
    public static void MapImageUploads(this IEndpointRouteBuilder routes)
    {
        var limitless = new DisableRequestSizeLimitAttribute();
        routes.MapPost("/images/{endpoint}/load", (string endpoint, HttpContext context) =>
            ReceiveAsync(context, endpoint, "/images/load?quiet=1")).RequireAuthorization().WithMetadata(limitless);
        routes.MapPost("/images/{endpoint}/import", (string endpoint, string? repo, string? tag, HttpContext context) =>
            ReceiveAsync(context, endpoint, $"/images/create?fromSrc=-&repo={Uri.EscapeDataString(repo ?? "")}&tag={Uri.EscapeDataString(tag ?? "")}")).RequireAuthorization().WithMetadata(limitless);
    }

    private static async Task ReceiveAsync(HttpContext context, string endpoint, string target)
    {
        var services = context.RequestServices;
        if (!SameOrigin.IsSame(context.Request))
        {
            await AnswerAsync(context, StatusCodes.Status403Forbidden, UploadAnswer.Failed("An image is loaded from this server's own pages only."));
            return;
        }
        if (services.GetRequiredService<DockerConnections>().Find(endpoint) is not { } connection)
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, UploadAnswer.Failed($"There is no engine {endpoint}."));
            return;
        }
        // A phone on a slow line is no attack: whoever sends is signed in.
        context.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate = null;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            services.GetRequiredService<ISessionEnd>().For(context.User),
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        try
        {
            var (status, answer) = await SendAsync(connection.Endpoint, target, context.Request.Body, ended.Token);
            services.GetRequiredService<UploadAnswers>().Give(context.Request.Query["upload"], answer);
            await AnswerAsync(context, status, answer);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    private static async Task<(int Status, UploadAnswer Answer)> SendAsync(DockerEndpoint endpoint, string target, Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var upload = await EngineUpload.ConnectAsync(endpoint, cancellationToken);
            var answer = EngineWords.Of(await upload.PostAsync(target, body, cancellationToken));
            return (answer.Error is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity, answer);
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (StatusCodes.Status502BadGateway, UploadAnswer.Failed($"The engine {endpoint.Name} cannot be reached: {error.Message}"));
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, UploadAnswer answer)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
    }
}
