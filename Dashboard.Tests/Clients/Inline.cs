namespace Dashboard.Tests.Clients;

/// <summary>Progress that is told where it arises: <see cref="Progress{T}"/> posts it elsewhere, and its order is lost.</summary>
internal sealed class Inline<T>(Action<T> told) : IProgress<T>
{
    public void Report(T value) => told(value);
}
