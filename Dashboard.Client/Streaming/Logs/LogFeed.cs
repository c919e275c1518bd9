using System.Buffers;
using System.Net;
using Dashboard.Client.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Dashboard.Client.Streaming.Logs;

/// <summary>
/// One container's log, followed once for all who look, while anybody does. It begins with the last lines, goes on when the
/// container starts again and when the engine comes back, without losing or doubling a line. Nobody's slowness is felt
/// here: who cannot keep up finds older lines gone from the ring, and how many.
/// </summary>
public sealed class LogFeed : IAsyncDisposable
{
    /// <summary>Lines that are read from before the feed began, unless another number is asked for.</summary>
    public const int DefaultTail = 1_000;

    /// <summary>The <see cref="Failure"/> of a container that has been removed; all others are the engine's own words.</summary>
    public const string Gone = "the container no longer exists";
    private const int ReadSize = 64 * 1024;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);
    private readonly int tail;
    private readonly IDockerClient client;
    private readonly ContainerStore containers;
    private readonly TimeProvider clock;
    private readonly DemandLoop loop;
    private readonly ResumePoint resume = new();
    private DateTimeOffset lastRead;

    /// <param name="tail">Lines that are read from before the feed began.</param>
    public LogFeed(string containerId, int tail, IDockerClient client, ContainerStore containers, ILogger<LogFeed> logger, TimeProvider clock)
    {
        ContainerId = containerId;
        this.tail = tail;
        this.client = client;
        this.containers = containers;
        this.clock = clock;
        loop = new DemandLoop(Changed, RunAsync, logger, clock);
    }

    public string ContainerId { get; }

    /// <summary>Raised after lines came or <see cref="State"/> or <see cref="Failure"/> changed. Subscribing keeps the feed alive.</summary>
    public ChangeSignal Changed { get; } = new();

    public LogRing Ring { get; } = new();

    public LogFeedState State { get; private set; }

    /// <summary>Why the log cannot be read at this moment; what is in the ring stays.</summary>
    public string? Failure => loop.Failure;

    public bool IsRunning => loop.IsRunning;

    public void RetryNow() => loop.RetryNow();

    public ValueTask DisposeAsync() => loop.DisposeAsync();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var wake = new SemaphoreSlim(0, 1);
        using var watching = containers.Changed.Subscribe(() =>
        {
            // One pending wake is enough, and a race for it harmless: what is woken looks at the newest state.
            if (wake.CurrentCount == 0)
                Release(wake);
        });
        try
        {
            var pause = s_firstPause;
            while (true)
            {
                var any = await FollowAsync(cancellationToken);
                Become(LogFeedState.Ended);
                pause = any ? s_firstPause : pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
                // It may be restarting, and the list of containers not know yet: no more than a few requests a second.
                await Task.Delay(pause, clock, cancellationToken);
                while (containers.Find(ContainerId)?.IsRunning != true)
                    await wake.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            // Cancelled means that nobody looks any more: the memory is for those who do.
            if (cancellationToken.IsCancellationRequested)
            {
                Ring.Clear();
                resume.Clear();
                lastRead = default;
                State = LogFeedState.Loading;
            }
        }
    }

    /// <summary>Reads until the container stops. True when there was any new line.</summary>
    /// <exception cref="IOException">The engine ended the stream in the middle, or has gone.</exception>
    private async Task<bool> FollowAsync(CancellationToken cancellationToken)
    {
        var parameters = new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Timestamps = true, Follow = true };
        if (resume.Begin() is { } since)
            parameters.Since = LogTime.Since(since);
        else if (lastRead != default)
            parameters.Since = LogTime.Since((lastRead - DateTimeOffset.UnixEpoch).Ticks * 100);
        else
            parameters.Tail = tail.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var stream = await OpenAsync(parameters, cancellationToken);
        lastRead = clock.GetUtcNow();
        loop.Works();
        Become(LogFeedState.Following);
        var output = new LineAssembler(LogStream.Out);
        var error = new LineAssembler(LogStream.Error);
        var before = Ring.Range.Next;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            while (true)
            {
                var read = await stream.ReadOutputAsync(buffer, 0, ReadSize, cancellationToken);
                if (read.EOF)
                    break;
                lastRead = clock.GetUtcNow();
                var lines = Ring.Range.Next;
                (read.Target == MultiplexedStream.TargetStream.StandardError ? error : output).Add(buffer.AsSpan(0, read.Count), Take);
                if (Ring.Range.Next != lines)
                    Changed.Raise();
            }
            output.End(Take);
            error.End(Take);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return Ring.Range.Next != before;
    }

    private async Task<MultiplexedStream> OpenAsync(ContainerLogsParameters parameters, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Containers.GetContainerLogsAsync(ContainerId, parameters, cancellationToken);
        }
        catch (DockerApiException error)
        {
            throw new IOException(error.StatusCode == HttpStatusCode.NotFound ? Gone : EngineMessage.Of(error), error);
        }
    }

    private void Take(LogLine line)
    {
        if (resume.IsNew(line.Time))
            Ring.Add(line);
    }

    private void Become(LogFeedState state)
    {
        State = state;
        Changed.Raise();
    }

    private static void Release(SemaphoreSlim wake)
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another thread woke it at the same moment.
        }
    }
}
