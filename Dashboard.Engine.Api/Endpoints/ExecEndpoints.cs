using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Streaming;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Api.Endpoints;

internal sealed class ExecEndpoints(IContainerService containers) : IEndpoints
{
    public IEnumerable<Route> Routes =>
    [
        new("POST", "/containers/{id}/exec", RouteState.Built, CreateAsync),
        new("POST", "/exec/{id}/start", RouteState.Built, StartAsync),
        new("POST", "/exec/{id}/resize", RouteState.Built, ResizeAsync),
        new("GET", "/exec/{id}/json", RouteState.Built, InspectAsync),
    ];

    private async Task CreateAsync(ApiRequest request)
    {
        var config = await request.ReadAsync<ExecConfig>("ExecOptions");
        try
        {
            DetachKeys.Parse(config.DetachKeys);
        }
        catch (EngineException error)
        {
            throw new EngineException(error.Kind, $"Invalid escape keys ({config.DetachKeys}) provided");
        }
        await request.WriteAsync(new IdResponse(await containers.CreateExecAsync(request.Parameter, config, request.Aborted)), 201);
    }

    private async Task StartAsync(ApiRequest request)
    {
        var start = await request.ReadAsync<ExecStart>("ExecStartOptions");
        var exec = containers.GetExec(request.Parameter);
        var size = start.ConsoleSize is [var rows, var columns] ? ((int)rows, (int)columns) : ((int, int)?)null;
        var keys = DetachKeys.Parse(exec.Config.DetachKeys);
        TaskStreams? streams;
        try
        {
            streams = await containers.StartExecAsync(exec.Id, start.Detach, start.Tty, size, request.Aborted);
        }
        catch (EngineException error) when (!start.Detach && error.Kind is not ErrorKind.NotFound)
        {
            await FailAsync(request, start.Tty, error.Message);
            return;
        }
        if (streams is null)
        {
            await request.StatusAsync(200);
            return;
        }
        await using (streams)
        {
            // The terminal is the exec's own; whether the stream is framed, the one who reads it says.
            var hijacked = await HijackedStream.BeginAsync(request, MediaTypes.Of(start.Tty, request.Version), start.Tty, exec.Config is { Tty: true, AttachStdin: true } ? keys : null, withHeaders: true);
            await hijacked.RunAsync(streams, exec.Config.AttachStdin, request.Aborted);
            await hijacked.EndAsync();
        }
    }

    // As dockerd: the connection is taken, the reason is its output, and inspect has the code 126 or 127.
    private static async Task FailAsync(ApiRequest request, bool raw, string message)
    {
        var hijacked = await HijackedStream.BeginAsync(request, MediaTypes.Of(raw, request.Version), raw, null, withHeaders: true);
        var output = await hijacked.OutputAsync(request.Aborted);
        var text = System.Text.Encoding.UTF8.GetBytes(message + "\r\n");
        if (!raw)
        {
            var header = output.GetMemory(StdCopy.HeaderLength);
            StdCopy.WriteHeader(header.Span, OutputStream.Stdout, text.Length);
            output.Advance(StdCopy.HeaderLength);
        }
        await output.WriteAsync(text, request.Aborted);
        await hijacked.EndAsync();
    }

    private async Task ResizeAsync(ApiRequest request)
    {
        await containers.ResizeExecAsync(request.Parameter, request.Unsigned("h", "height"), request.Unsigned("w", "width"), request.Aborted);
        await request.StatusAsync(200);
    }

    private Task InspectAsync(ApiRequest request)
    {
        var exec = containers.GetExec(request.Parameter);
        return request.WriteAsync(new ExecDetails
        {
            ID = exec.Id,
            Running = exec.Running,
            ExitCode = exec.ExitCode,
            ProcessConfig = new ExecProcess
            {
                tty = exec.Config.Tty,
                entrypoint = exec.Config.Cmd is [var entry, ..] ? entry : "",
                arguments = [.. (exec.Config.Cmd ?? []).Skip(1)],
                privileged = exec.Config.Privileged,
                user = exec.Config.User,
            },
            OpenStdin = exec.Config.AttachStdin,
            OpenStderr = exec.Config.AttachStderr,
            OpenStdout = exec.Config.AttachStdout,
            CanRemove = false,
            ContainerID = exec.ContainerId,
            DetachKeys = string.IsNullOrEmpty(exec.Config.DetachKeys) ? "" : Convert.ToBase64String(DetachKeys.Parse(exec.Config.DetachKeys).Sequence),
            Pid = exec.Pid,
        });
    }
}
