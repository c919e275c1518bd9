using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Health;

/// <summary>The meaning of a <see cref="HealthConfig"/>, by dockerd's rules (moby daemon/health.go).</summary>
internal static class HealthProbe
{
    private const long NanosecondsPerTick = 100;
    private const long Shortest = 1_000_000;
    private const int DefaultRetries = 3;
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultStartInterval = TimeSpan.FromSeconds(5);
    /// <summary>What a timer takes.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>What is exec'd in the container; null when there is nothing to check.</summary>
    public static IReadOnlyList<string>? Command(ContainerConfig config) => config.Healthcheck?.Test switch
    {
        ["CMD", _, ..] test => [.. test.Skip(1)],
        ["CMD-SHELL", var line, ..] => [.. config.Shell is { Count: > 0 } shell ? shell : ["/bin/sh", "-c"], line],
        _ => null,
    };

    public static TimeSpan Timeout(HealthConfig check) => Duration(check.Timeout, DefaultTimeout);

    public static int Retries(HealthConfig check) => check.Retries > 0 ? check.Retries : DefaultRetries;

    public static TimeSpan StartPeriod(HealthConfig check) => Duration(check.StartPeriod, TimeSpan.Zero);

    /// <summary>To the next run of the check.</summary>
    public static TimeSpan Pause(HealthConfig check, ContainerState state, DateTimeOffset now)
    {
        var starting = state.Health is not { Status: not ContainerHealth.Starting } && now - state.StartedAt < StartPeriod(check);
        return starting ? Duration(check.StartInterval, DefaultStartInterval) : Duration(check.Interval, DefaultInterval);
    }

    /// <summary>What the request leaves open is the image's.</summary>
    public static HealthConfig? Merge(HealthConfig? request, HealthConfig? image)
    {
        if (request is null || image is null)
            return request ?? image;
        return new HealthConfig
        {
            Test = request.Test is { Count: > 0 } ? request.Test : image.Test,
            Interval = request.Interval != 0 ? request.Interval : image.Interval,
            Timeout = request.Timeout != 0 ? request.Timeout : image.Timeout,
            StartPeriod = request.StartPeriod != 0 ? request.StartPeriod : image.StartPeriod,
            StartInterval = request.StartInterval != 0 ? request.StartInterval : image.StartInterval,
            Retries = request.Retries != 0 ? request.Retries : image.Retries,
        };
    }

    /// <exception cref="EngineException">400 in dockerd's words.</exception>
    public static void Check(HealthConfig? check)
    {
        if (check is null)
            return;
        (string Name, long Value)[] durations =
            [("Interval", check.Interval), ("Timeout", check.Timeout), ("StartPeriod", check.StartPeriod), ("StartInterval", check.StartInterval)];
        if (Array.Find(durations, duration => duration.Value is not 0 and < Shortest) is { Name: not null } wrong)
            throw EngineException.Invalid($"{wrong.Name} in Healthcheck cannot be less than 1ms");
        if (check.Retries < 0)
            throw EngineException.Invalid("Retries in Healthcheck cannot be negative");
        if ((check.Test ?? []).Any(word => word.Contains('\0')))
            throw EngineException.Invalid("invalid container config: a string holds a NUL byte");
    }

    private static TimeSpan Duration(long nanoseconds, TimeSpan missing)
    {
        var duration = nanoseconds > 0 ? TimeSpan.FromTicks(Math.Max(1, nanoseconds / NanosecondsPerTick)) : missing;
        return duration < LongestWait ? duration : LongestWait;
    }
}
