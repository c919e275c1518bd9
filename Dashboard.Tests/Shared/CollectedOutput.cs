using System.Text;

namespace Dashboard.Tests.Shared;

/// <summary>Reads a stream to its end into memory and wakes whoever waits for a text in it.</summary>
internal sealed class CollectedOutput
{
    private readonly Lock _gate = new();
    private readonly MemoryStream _bytes = new();
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CollectedOutput(Stream source) => Ended = Task.Run(() => ReadAsync(source));

    public Task Ended { get; }

    public byte[] Bytes()
    {
        lock (_gate) return _bytes.ToArray();
    }

    /// <summary>The output up to and with the first occurrence of the text.</summary>
    public async Task<string> ExpectAsync(string text, TimeSpan limit, int from = 0)
    {
        using var expiry = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        expiry.CancelAfter(Patience.Of(limit));
        while (true)
        {
            Task grown;
            string soFar;
            var ended = Ended.IsCompleted;
            lock (_gate)
            {
                soFar = Encoding.UTF8.GetString(_bytes.GetBuffer(), 0, (int)_bytes.Length);
                grown = _grown.Task;
            }
            var at = soFar.IndexOf(text, Math.Min(from, soFar.Length), StringComparison.Ordinal);
            if (at >= 0) return soFar[..(at + text.Length)];
            if (ended) throw new EndOfStreamException($"the output ended without \"{text}\"");
            try
            {
                await Task.WhenAny(grown, Ended).WaitAsync(expiry.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"no \"{text}\" within {limit.TotalSeconds:0} s");
            }
        }
    }

    private async Task ReadAsync(Stream source)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            int count;
            try
            {
                count = await source.ReadAsync(buffer);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                return; // EIO is how a pty's master ends.
            }
            if (count == 0) return;
            TaskCompletionSource grown;
            lock (_gate)
            {
                _bytes.Write(buffer, 0, count);
                grown = _grown;
                _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            grown.SetResult();
        }
    }
}
