using Dashboard.Server.Images;

namespace Dashboard.Tests.Server.Images;

public sealed class EngineWordsTests
{
    [Theory]
    [InlineData(200, "{\"stream\":\"Loaded image: app:1\\n\"}\n{\"stream\":\"Loaded image ID: sha256:ab\\n\"}\n", "app:1,sha256:ab", null)]
    [InlineData(200, "{\"status\":\"sha256:ab\"}\r\n", "sha256:ab", null)]
    [InlineData(200, "{\"stream\":\"Loaded image: app:1\\n\"}\n{\"errorDetail\":{\"message\":\"no\"},\"error\":\"unexpected EOF\"}", "app:1", "unexpected EOF")]
    [InlineData(400, "{\"message\":\"invalid reference format\"}", "", "invalid reference format")]
    [InlineData(502, "<html>\nproxy</html>", "", "<html>")]
    [InlineData(500, "", "", "HTTP 500")]
    public void Of_Answers_AreUnderstood(int status, string body, string loaded, string? error)
    {
        var answer = EngineWords.Of(new HttpAnswer(status, body));

        Assert.Equal((loaded, error), (string.Join(',', answer.Loaded), answer.Error));
    }
}
