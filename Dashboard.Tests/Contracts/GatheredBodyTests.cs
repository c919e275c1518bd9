using System.IO.Pipelines;
using Dashboard.Engine.Api.Streaming;

namespace Dashboard.Tests.Contracts;

public sealed class GatheredBodyTests
{
    [Fact]
    public async Task Read_ToAnEndThatComesLater_LeavesTheReaderToTheServer()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await using var body = new GatheredBody(pipe.Reader);
        await pipe.Writer.WriteAsync(new byte[300 * 1024], TestContext.Current.CancellationToken);
        var buffer = new byte[1 << 20];
        Assert.Equal(300 * 1024, await body.ReadAsync(buffer, TestContext.Current.CancellationToken));

        await pipe.Writer.CompleteAsync();
        Assert.Equal(0, await body.ReadAsync(buffer, TestContext.Current.CancellationToken));

        // It drains what is left of a request, and a read that was not ended forbids that.
        Assert.True(pipe.Reader.TryRead(out var rest));
        Assert.True(rest.IsCompleted);
    }
}
