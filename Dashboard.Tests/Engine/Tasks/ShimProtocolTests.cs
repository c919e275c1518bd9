using System.Buffers.Binary;
using System.Text;
using Dashboard.Engine.Tasks;
using Dashboard.Oci.Shim;

namespace Dashboard.Tests.Engine.Tasks;

/// <summary>A shim outlives its server and meets others: whatever they send, the container goes on.</summary>
public sealed class ShimProtocolTests : IDisposable
{
    private readonly TaskFixture fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task Frame_Unknown_IsRefusedByNumber() => await WithShimAsync(async (connection, _) =>
        Assert.Contains("frame 200 is not known", await RefusalAsync(connection, (ShimFrame)200)));

    [Theory]
    [InlineData(ShimFrame.Signal)]
    [InlineData(ShimFrame.Freeze)]
    [InlineData(ShimFrame.Resize)]
    [InlineData(ShimFrame.Attach)]
    public async Task Frame_TooShort_IsRefusedAndTheShimLives(ShimFrame kind) => await WithShimAsync(async (connection, bundle) =>
    {
        Assert.Contains("needs", await RefusalAsync(connection, kind));
        await AssertAnswersAsync(bundle);
    });

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"execId\":1}")]
    public async Task Exec_MalformedBody_IsRefusedAndTheShimLives(string body) => await WithShimAsync(async (connection, bundle) =>
    {
        Assert.NotEqual("", await RefusalAsync(connection, ShimFrame.Exec, Encoding.UTF8.GetBytes(body)));
        await AssertAnswersAsync(bundle);
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task Frame_ImpossibleLength_ClosesThatConnectionOnly(int length) => await WithShimAsync(async (connection, bundle) =>
    {
        var header = new byte[ShimProtocol.HeaderSize];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        await connection.Socket.SendAsync(header, Token);

        Assert.Equal(0, await connection.Socket.ReceiveAsync(new byte[1], Token));
        await AssertAnswersAsync(bundle);
    });

    [Fact]
    public async Task Frame_InSinglesBytes_IsUnderstood() => await WithShimAsync(async (connection, _) =>
    {
        foreach (var value in new byte[] { 0, 0, 0, 0, (byte)ShimFrame.Pids }) await connection.Socket.SendAsync(new[] { value }, Token);

        var (kind, payload) = await connection.ReceiveAsync(Token);

        Assert.Equal((ShimFrame.Reply, 0), (kind, payload[0]));
    });

    [Fact]
    public async Task Frames_ManyAtOnce_AreAnsweredInOrder() => await WithShimAsync(async (connection, _) =>
    {
        byte[] one = [0, 0, 0, 0, (byte)ShimFrame.Pids, 0, 0, 0, 0, 199];
        await connection.Socket.SendAsync(Enumerable.Repeat(one, 50).SelectMany(bytes => bytes).ToArray(), Token);

        for (var i = 0; i < 100; i++) Assert.Equal(i % 2, (await connection.ReceiveAsync(Token)).Payload[0]);
    });

    [Fact]
    public async Task Start_Twice_IsRefused() => await WithShimAsync(async (connection, _) =>
        Assert.Contains("started before", await RefusalAsync(connection, ShimFrame.Start)));

    [Fact]
    public async Task Connection_ClosedInTheMiddleOfAFrame_IsForgotten() => await WithShimAsync(async (connection, bundle) =>
    {
        await connection.Socket.SendAsync(new byte[] { 9, 0 }, Token);
        await connection.DisposeAsync();

        await AssertAnswersAsync(bundle);
    });

    private async Task WithShimAsync(Func<ShimConnection, string, Task> test)
    {
        var spec = fixture.Spec(["sleep", "100"]);
        var task = await fixture.Service.CreateAsync(spec, Token);
        await task.StartAsync(Token);
        var bundle = fixture.Options.BundleDir(spec.ContainerId);
        await using (var connection = await ShimConnection.OpenAsync(bundle, Token))
            await test(connection, bundle);
        await task.DeleteAsync(Token);
    }

    private static async Task<string> RefusalAsync(ShimConnection connection, ShimFrame kind, byte[]? payload = null)
    {
        await connection.SendAsync(kind, payload ?? [], Token);
        var (answer, reply) = await connection.ReceiveAsync(Token);
        Assert.Equal((ShimFrame.Reply, 1), (answer, reply[0]));
        return Encoding.UTF8.GetString(reply.AsSpan(2));
    }

    private static async Task AssertAnswersAsync(string bundle)
    {
        await using var another = await ShimConnection.OpenAsync(bundle, Token);
        await another.SendAsync(ShimFrame.Pids, default, Token);
        Assert.Equal(0, (await another.ReceiveAsync(Token)).Payload[0]);
    }
}
