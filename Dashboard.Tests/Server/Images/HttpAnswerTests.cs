using System.Text;
using Dashboard.Server.Images;

namespace Dashboard.Tests.Server.Images;

public sealed class HttpAnswerTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhé!", 200, "hé!")]
    [InlineData("HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", 201, "abcde")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", 500, "")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end")]
    public async Task Read_Answer_WhateverItsFraming(string wire, int status, string body)
    {
        using var byteByByte = new Slow(Encoding.UTF8.GetBytes(wire));

        Assert.Equal(new HttpAnswer(status, body), await HttpAnswer.ReadAsync(byteByByte, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    public async Task Read_NoAnswer_Throws(string wire)
    {
        using var byteByByte = new Slow(Encoding.UTF8.GetBytes(wire));

        await Assert.ThrowsAsync<IOException>(() => HttpAnswer.ReadAsync(byteByByte, TestContext.Current.CancellationToken));
    }

    private sealed class Slow(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..1], cancellationToken);
    }
}
