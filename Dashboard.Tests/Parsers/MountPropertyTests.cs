using CsCheck;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Volumes;

namespace Dashboard.Tests.Parsers;

/// <summary>What strangers say about mounts: read as one thing or refused, and never a place outside of the container's root.</summary>
public sealed class MountPropertyTests
{
    [Fact]
    public void Bind_AnyText_IsOneMountOrRefused() =>
        Texts.Of("/", "/a", "data", ":", "ro", "rw", ",", "rslave", "nocopy", "z", "..", "\0", "//", "C:\\").Sample(text =>
        {
            if (Texts.Refusing<EngineException, object>(() => BindText.Parse(text, "")) is not ValueTuple<MountSpec, string> (var spec, var mode)) return;
            Assert.True(MountMode.IsValid(mode));
            Assert.StartsWith("/", spec.Target, StringComparison.Ordinal);
            Assert.NotEqual("/", ContainerPath.Clean(spec.Target));
            Assert.Equal(spec.Source.StartsWith('/') ? "bind" : "volume", spec.Type);
            Assert.DoesNotContain('\0', spec.Source + spec.Target);
            // Nothing is lost or moved; no words after the last colon are no words.
            Assert.Equal(text, string.Join(':', ((string[])[spec.Source, spec.Target, mode]).Where(part => part.Length > 0)) + (text.EndsWith(':') ? ":" : ""));
        }, iter: 20_000);

    [Fact]
    public void Path_AnyText_IsCleanAndInside() => Texts.Of("/", "..", ".", "a", "//", "é").Sample(text =>
    {
        var clean = ContainerPath.Clean(text);
        Assert.StartsWith("/", clean, StringComparison.Ordinal);
        Assert.DoesNotContain(clean.Split('/')[1..], part => part is "." or "..");
        Assert.Equal(clean, ContainerPath.Clean(clean));
    }, iter: 20_000);

    [Fact]
    public void Mode_AnyText_HasAtMostOneOfAKind() => Texts.Of("ro", "rw", "z", "Z", ",", "shared", "rprivate", "nocopy", "cached").Sample(mode =>
    {
        if (!MountMode.IsValid(mode)) return;
        Assert.InRange(mode.Split(',').Count(word => word is "ro" or "rw"), 0, 1);
        Assert.InRange(mode.Split(',').Count(MountMode.Propagations.Contains), 0, 1);
    }, iter: 20_000);

    [Fact]
    public void VolumesFrom_AnyText_IsReadOrRefused() => Texts.Of("box", ":", "ro", "rw", "rslave", ",", "nocopy", "z").Sample(text =>
    {
        if (Texts.Refusing<EngineException, object>(() => VolumesFrom.Parse(text)) is ValueTuple<string, string> (_, var mode)) Assert.True(MountMode.IsValid(mode));
    }, iter: 20_000);

    [Fact]
    public void Tmpfs_AnyOptions_AreKnownWordsOrRefused() => Texts.Of("size=", "1m", "mode=755", ",", "exec", "noexec", "ro", "=", "uid=0", "\0").Sample(text =>
    {
        if (Texts.Refusing<EngineException, IReadOnlyList<string>>(() => TmpfsWords.Complete(text)) is not { } words) return;
        Assert.All(words, word => Assert.DoesNotContain('\0', word));
        Assert.True(words.Contains("noexec") != words.Contains("exec") || text.Contains("noexec", StringComparison.Ordinal));
    }, iter: 20_000);

    [Fact]
    public void VolumeName_AnyText_IsOneFileNameOrRefused() => Texts.Of("a", ".", "..", "/", "-", "_", "data", "\0", "\n", "é").Sample(text =>
    {
        if (Texts.Refusing<EngineException, object>(() =>
        {
            VolumeName.Validate(text);
            return text;
        }) is null) return;
        Assert.Equal(text, Path.GetFileName(text));
        Assert.False(text.StartsWith('.'));
        Assert.InRange(text.Length, 2, 255);
    }, iter: 20_000);

    [Fact]
    public void MountWords_AnyOptions_KeepWhatTheyDoNotKnow() => Texts.Of("ro", "bind", "addr=10.0.0.1", ",", "rshared", "size=1m", "password=x").Sample(text =>
    {
        var words = MountWords.Parse(text);
        Assert.Equal(text.Split(',').Contains("addr=10.0.0.1"), words.Data.Split(',').Contains("addr=10.0.0.1"));
        Assert.DoesNotContain("password=x", LocalMount.Masked(words.Data).Split(','));
    }, iter: 20_000);

    [Fact]
    public void MountTable_AnyText_IsRead() =>
        Texts.Of("36 35 98:0 / /mnt rw shared:1 - ext3 /dev/x rw\n", "1 2 3:4 / /a\\040b rw - t s o\n", " ", "-", "\n", "\\04").Sample(text => Assert.All(MountTable.Parse(text), mount => Assert.NotNull(mount.MountPoint)), iter: 20_000);

    [Fact]
    public void MountTable_Line_IsUnderstood()
    {
        var mounts = MountTable.Parse("22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n36 22 98:0 / /mnt/a\\040b rw,noatime master:1 - ext3 /dev/root rw\n37 22 98:0 / /mnt/a rw - ext3 /dev/root rw\n");

        Assert.Equal([new MountEntry("/", true, false), new MountEntry("/mnt/a b", false, true), new MountEntry("/mnt/a", false, false)], mounts);
        Assert.Equal("/mnt/a b", MountTable.Over(mounts, "/mnt/a b/c")?.MountPoint);
        Assert.Equal("/", MountTable.Over(mounts, "/mnt/ab")?.MountPoint);
    }
}
