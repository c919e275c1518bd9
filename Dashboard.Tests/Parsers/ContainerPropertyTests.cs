using CsCheck;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Errors;

namespace Dashboard.Tests.Parsers;

public sealed class ContainerPropertyTests
{
    [Fact]
    public void CpuSet_AnyText_IsReadOrRefused() =>
        Texts.Of("0", "3", "8191", "8192", "-", ",", " ", "0-3", "+1").Sample(text =>
        {
            if (CpuSet.Parse(text) is { } set) Assert.All(set, cpu => Assert.InRange(cpu, 0, 8191));
        }, iter: 20_000);

    [Fact]
    public void CpuSet_List_IsReadBack() => Gen.Int[0, 300].HashSet[1, 20].Sample(cpus =>
        Assert.Equal(cpus.Order(), CpuSet.Parse(string.Join(',', cpus))!.Order()));

    [Fact]
    public void CpuSet_ThousandsOfOverlappingRanges_CostNoTime()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.Equal(8192, CpuSet.Parse(string.Join(',', Enumerable.Repeat("0-8191", 9000)))!.Count);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Null(CpuSet.Parse(string.Join(',', Enumerable.Repeat("0", 40_000))));
    }

    [Fact]
    public void ContainerPort_AnyText_IsReadOrRefused() =>
        Texts.Of("80", "0", "65535", "65536", "/", "tcp", "UDP", "sctp", "-", " ").Sample(text =>
        {
            if (Texts.Refusing<EngineException, object>(() => PublishedPorts.ParseContainerPort(text)) is not ValueTuple<int, string> port) return;
            Assert.InRange(port.Item1, 1, 65535);
            Assert.Contains(port.Item2, (string[])["tcp", "udp"]);
        }, iter: 20_000);

    [Fact]
    public void DeviceRule_AnyText_IsReadOrRefused() =>
        Texts.Of("a", "b", "c", " ", "*", ":", "1", "4294967296", "rwm", "r", "\n").Sample(text => Texts.Refusing<EngineException, object>(() => DeviceAccess.ParseRule(text)), iter: 20_000);

    [Fact]
    public void UserDatabase_AnyFiles_GiveIdsInRangeOrARefusal() =>
        Gen.Select(
            Texts.Bytes("root:x:0:0:root:/root:/bin/sh\n", "app:x:1000:1000::/home/app:\n", ":", "\n", "bad:x:-1:99999999999\n", "#", "::::::"),
            Texts.Bytes("root:x:0:\n", "extra:x:2000:app,root\n", ":", "\n", ",", "neg:x:-5:app\n"),
            Texts.Of("root", "app", "0", "1000", ":", "extra", "-1", "4294967295", "nobody")).Sample((passwd, group, user) =>
        {
            if (Texts.Refusing<EngineException, ResolvedUser>(() => new UserDatabase(passwd, group).Resolve(user, null)) is not { } resolved) return;
            Assert.InRange(resolved.Ids.Uid, 0u, (uint)int.MaxValue);
            Assert.InRange(resolved.Ids.Gid, 0u, (uint)int.MaxValue);
            Assert.All(resolved.Ids.AdditionalGids, gid => Assert.InRange(gid, 0u, (uint)int.MaxValue));
        }, iter: 20_000);
}
