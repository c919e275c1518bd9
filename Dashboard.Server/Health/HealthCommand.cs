using Dashboard.Server.Configuration;
using Dashboard.Server.Hosting;

namespace Dashboard.Server.Health;

/// <summary>
/// <c>Dashboard.Server healthcheck</c>: asks the server that was started with the same options. It is the HEALTHCHECK of the
/// image, which so needs neither curl nor a shell.
/// </summary>
internal static class HealthCommand
{
    public const string Name = "healthcheck";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(8);

    /// <returns>0 when it is well, 1 when it is not (Dockerfile reference, HEALTHCHECK), with a line that says why.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        try
        {
            var settings = new ConfigurationBuilder().SetBasePath(Directory.GetCurrentDirectory()).AddJsonFile("appsettings.json", optional: true).Build();
            var urls = DashboardOptions.Parse(args, settings).Urls.Split(';');
            // A certificate for the name by which browsers come is not one for the loopback address.
            var url = Array.Find(urls, each => each.StartsWith("http:", StringComparison.OrdinalIgnoreCase)) ?? urls[0];
            return await AskAsync(new Uri(new Uri(LocalAddress.Of(url)), HealthExtensions.Path));
        }
        catch (Exception error) when (error is OptionException or FormatException)
        {
            await Console.Error.WriteLineAsync($"Dashboard: {error.Message}");
            return 1;
        }
    }

    private static async Task<int> AskAsync(Uri address)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = s_limit };
        try
        {
            using var answer = await client.GetAsync(address);
            Console.WriteLine($"{await answer.Content.ReadAsStringAsync()} ({(int)answer.StatusCode} from {address})");
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            Console.WriteLine($"No answer from {address}: {error.Message}");
            return 1;
        }
    }
}
