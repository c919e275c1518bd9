using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Launch;

/// <summary>
/// The child between clone3 and execve must never meet a garbage collector. That rests on generated code, so the binary
/// that ships is asked: it clones while other threads allocate and collect, and each child must come to its end.
/// </summary>
public sealed class CloneStressTests
{
    [Fact]
    public async Task Clone_UnderAllocation_NoChildHangs() => await StressAsync(400);

    [Fact]
    [Trait("Category", "Long")]
    public async Task Clone_UnderAllocationManyTimes_NoChildHangs() => await StressAsync(4000);

    private static async Task StressAsync(int count) =>
        (await new Command([TestPlaces.RuntimeBinary, "stress-clone", count.ToString()]) { Limit = TimeSpan.FromMinutes(10) }.RunAsync()).MustSucceed();
}
