namespace Dashboard.Engine.Images.Registry.Transfer;

/// <summary>When to try again, and after which pause: what the registry asks for, else one that doubles.</summary>
internal sealed class RetryPolicy(RegistryOptions options, TimeProvider clock)
{
    /// <summary>Null: not again.</summary>
    /// <param name="tries">Without progress, the failed one included.</param>
    /// <param name="wasServed">The registry has answered us before, so that its absence is taken for a moment's.</param>
    public TimeSpan? Pause(RegistryException error, int tries, bool wasServed)
    {
        if (tries >= options.Attempts || error.Failure == RegistryFailure.Final || (error.Failure == RegistryFailure.Unreachable && !wasServed))
            return null;
        if (error.RetryAfter is { } asked)
            return asked <= options.LongestRequestedPause ? asked : null;
        var doubled = options.FirstPause * Math.Pow(2, tries - 1) * (0.9 + Random.Shared.NextDouble() * 0.2);
        return doubled < options.LongestPause ? doubled : options.LongestPause;
    }

    public Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken) => Task.Delay(pause, clock, cancellationToken);

    /// <summary>For a request that is made whole or not at all.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            TimeSpan pause;
            try
            {
                return await work();
            }
            catch (RegistryException error) when (Pause(error, tries, wasServed: false) is { } wait)
            {
                pause = wait;
            }
            await WaitAsync(pause, cancellationToken);
        }
    }
}
