using Dashboard.Server.Hosting;

namespace Dashboard.Tests.Server.Hosting;

public sealed class LocalAddressTests
{
    [Theory]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080")]
    [InlineData("http://*:8080", "http://127.0.0.1:8080")]
    [InlineData("http://+", "http://127.0.0.1:80")]
    [InlineData("https://[::]:8443", "https://127.0.0.1:8443")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080")]
    [InlineData("http://192.168.1.2:8080", "http://192.168.1.2:8080")]
    [InlineData("http://dashboard.example:8080/", "http://dashboard.example:8080")]
    [InlineData("http://unix:/run/web.sock", "http://unix:/run/web.sock")]
    public void Of_Listener_IsWhatThisHostCanOpen(string url, string expected) => Assert.Equal(expected, LocalAddress.Of(url));
}
