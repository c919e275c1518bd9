using CsCheck;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Runtime.Cgroups;
using Dashboard.Runtime.Launch;

namespace Dashboard.Tests.Runtime.Cgroups;

public sealed class DeviceProgramTests
{
    private const int Block = 1, Character = 2, Mknod = 1, Read = 2, Write = 4;

    private static readonly Gen<DeviceRule> s_rule = Gen.Select(Gen.Bool, Gen.Int[0, 2], Gen.Int[-1, 2], Gen.Int[-1, 2], Gen.Int[1, 7], (allow, type, major, minor, access) => new DeviceRule
    {
        Allow = allow,
        Type = type switch { 0 => "a", 1 => "b", _ => "c" },
        Major = major < 0 ? null : major,
        Minor = minor < 0 ? null : minor,
        Access = string.Concat("mrw".Where((_, bit) => (access >> bit & 1) == 1)),
    });

    private static IReadOnlyList<DeviceRule> ContainerRules =>
        DefaultDeviceRules.Complete(new Resources { Devices = DeviceAccess.Of(new HostConfig()).Rules }).Devices;

    [Theory]
    [InlineData(Character, Read | Write, 1, 3, true)] // null
    [InlineData(Character, Read, 1, 5, true)] // zero
    [InlineData(Character, Read | Write, 136, 4, true)] // pts
    [InlineData(Character, Read | Write, 5, 2, true)] // ptmx
    [InlineData(Character, Mknod, 10, 229, true)]
    [InlineData(Block, Mknod, 8, 0, true)]
    [InlineData(Block, Read, 8, 0, false)]
    [InlineData(Block, Read | Mknod, 8, 0, false)]
    [InlineData(Character, Read, 1, 1, false)] // mem
    [InlineData(Character, Write, 1, 2, false)] // kmem
    [InlineData(Character, Read | Write, 10, 229, false)] // fuse
    public void Assemble_ContainerRules_DecideAsDockerDoes(int type, int access, uint major, uint minor, bool allowed) =>
        Assert.Equal(allowed, DeviceProgramInterpreter.Allows(DeviceProgram.Assemble(ContainerRules), type, access, major, minor));

    [Fact]
    public void Assemble_AnyRules_LastRuleOfEachBitDecides() =>
        Gen.Select(s_rule.List[0, 8], Gen.Int[1, 2], Gen.Int[1, 7], Gen.UInt[0, 3], Gen.UInt[0, 3]).Sample((rules, type, access, major, minor) =>
            Assert.Equal(Model(rules, type, access, major, minor), DeviceProgramInterpreter.Allows(DeviceProgram.Assemble(rules), type, access, major, minor)), iter: 20_000);

    [Fact]
    public void Load_ContainerRules_PassTheVerifier() => Verify(ContainerRules);

    [Fact]
    public void Load_PrivilegedRules_PassTheVerifier() =>
        Verify(DefaultDeviceRules.Complete(new Resources { Devices = DeviceAccess.Of(new HostConfig { Privileged = true }).Rules }).Devices);

    [Fact]
    public void Load_AnyRules_PassTheVerifier() => s_rule.List[0, 8].Sample(Verify, iter: 100, threads: 1);

    private static void Verify(IReadOnlyList<DeviceRule> rules)
    {
        try
        {
            Unistd.close(DeviceProgram.Load(DeviceProgram.Assemble(rules)));
        }
        catch (LaunchException error) when (error.Message.Contains("not permitted", StringComparison.Ordinal) || error.Message.Contains("not implemented", StringComparison.Ordinal))
        {
            Assert.Skip($"this kernel gives us no bpf(2): {error.Message}");
        }
    }

    private static bool Model(IReadOnlyList<DeviceRule> rules, int type, int access, uint major, uint minor) =>
        Enumerable.Range(0, 3).Where(bit => (access >> bit & 1) == 1).All(bit => rules.LastOrDefault(rule =>
            (rule.Type == "a" || rule.Type == (type == Block ? "b" : "c")) && (rule.Major ?? major) == major && (rule.Minor ?? minor) == minor && rule.Access!.Contains("mrw"[bit])) is { Allow: true });
}
