using System.Runtime.CompilerServices;
using Xunit.v3;

namespace Dashboard.Tests.Clients;

/// <summary>
/// A test that another one runs in a process of its own, with <see cref="ChildRun"/>: elsewhere it does not exist.
/// Testcontainers connects to published ports, and those are in the network namespace of the engine under test.
/// </summary>
[XunitTestCaseDiscoverer(typeof(Discoverer))]
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChildFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : FactAttribute(file, line)
{
    internal sealed class Discoverer : FactDiscoverer
    {
        public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(Xunit.Sdk.ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
            ChildRun.IsChild ? base.Discover(discoveryOptions, testMethod, factAttribute) : ValueTask.FromResult<IReadOnlyCollection<IXunitTestCase>>([]);
    }
}
