using System.Runtime.InteropServices;
using Dashboard.Engine.Images.Registry;
using Microsoft.Extensions.Primitives;

namespace Dashboard.Server.Configuration;

/// <summary>
/// What can change while the server runs: registry mirrors and insecure registries, as in dockerd. It is read again when
/// appsettings.json changes and on SIGHUP; what is wrong in it is told in the log, and the settings stay as they were.
/// </summary>
internal sealed partial class LiveSettings(CommandLine commandLine, IConfiguration configuration, IRegistryService registry, ILogger<LiveSettings> logger) : IHostedService, IDisposable
{
    private readonly Lock gate = new();
    private Task last = Task.CompletedTask;
    private IDisposable? changes;
    private PosixSignalRegistration? hangup;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        changes = ChangeToken.OnChange(configuration.GetReloadToken, Changed);
        hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            (configuration as IConfigurationRoot)?.Reload();
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        lock (gate)
            return last;
    }

    public void Dispose()
    {
        changes?.Dispose();
        hangup?.Dispose();
    }

    private void Changed()
    {
        lock (gate)
            last = ApplyAsync(last);
    }

    private async Task ApplyAsync(Task before)
    {
        await before;
        try
        {
            var options = DashboardOptions.Parse(commandLine.Arguments, configuration);
            await registry.ReloadAsync(options.RegistryMirrors, options.InsecureRegistries);
            LogRead();
        }
        catch (Exception error)
        {
            LogWrong(error.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Settings read again: registry mirrors and insecure registries are in force, others with the next start")]
    private partial void LogRead();

    [LoggerMessage(LogLevel.Error, "The changed settings are not in force: {Reason}")]
    private partial void LogWrong(string reason);
}

/// <summary>As the server was started: it wins over whatever changes later.</summary>
internal sealed record CommandLine(IReadOnlyList<string> Arguments);
