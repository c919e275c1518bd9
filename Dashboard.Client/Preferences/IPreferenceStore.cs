namespace Dashboard.Client.Preferences;

/// <summary>A user's preferences, kept by the server. Keys are short and dotted ("theme"), values are text; unknown keys are nobody's business.</summary>
public interface IPreferenceStore
{
    Task<string?> GetAsync(string user, string key, CancellationToken cancellationToken = default);

    /// <summary>All that this user has ever set, by key.</summary>
    Task<IReadOnlyDictionary<string, string>> ReadAsync(string user, CancellationToken cancellationToken = default);

    /// <summary>Durable when it returns. Null removes.</summary>
    Task SetAsync(string user, string key, string? value, CancellationToken cancellationToken = default);
}
