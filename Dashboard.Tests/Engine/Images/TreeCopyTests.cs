using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Linux;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Engine.Images;

/// <summary>A merged directory of layers copied out: what overlayfs would show, and nothing of what lies outside.</summary>
public sealed class TreeCopyTests : IDisposable
{
    private readonly string root = TestPlaces.NewWorkDirectory("copy");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Run_Layers_GivesTheirUnion()
    {
        await ShellAsync(
            """
            mkdir -p low/d/sub low/d/hidden low/d/opaque up/d/opaque out
            echo low > low/d/both; echo low > low/d/only; echo low > low/d/gone; echo low > low/d/opaque/below; echo x > low/d/hidden/x
            echo up > up/d/both; mknod up/d/gone c 0 0; mknod up/d/hidden c 0 0; echo up > up/d/opaque/own
            mkfifo low/d/pipe; mknod low/d/null c 1 3; chown 7:8 low/d/only low/d/sub; chmod 4755 low/d/only; chmod 1777 low/d/sub; ln -s ../../../etc low/d/link
            touch -d 2020-01-01T00:00:00Z low/d/sub; truncate -s 100M low/d/holes; printf x | dd of=low/d/holes bs=1 seek=50000000 conv=notrunc 2>/dev/null
            """);

        SetXattr("up/d/opaque", "trusted.overlay.opaque", "y");
        SetXattr("low/d/only", "user.note", "kept");

        Copy("/d");

        Assert.Equal(["both", "holes", "link", "null", "only", "opaque", "pipe", "sub"], Directory.GetFileSystemEntries(Path.Combine(root, "out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("up\n", await File.ReadAllTextAsync(Path.Combine(root, "out", "both"), TestContext.Current.CancellationToken));
        Assert.Equal(["own"], Directory.GetFileSystemEntries(Path.Combine(root, "out", "opaque")).Select(Path.GetFileName));
        Assert.Equal(
            ["only 4755 7 8 regular file", "sub 1777 7 8 directory", "null 644 0 0 character special file", "pipe 644 0 0 fifo", "link 777 0 0 symbolic link"],
            (await ShellAsync("cd out && stat -c '%n %a %u %g %F' only sub null pipe link")).Split('\n'));
        Assert.Equal("kept", GetXattr("out/only", "user.note"));
        Assert.Equal("", GetXattr("out/opaque", "trusted.overlay.opaque"));
        Assert.Equal("1577836800 ../../../etc", await ShellAsync("cd out && echo $(stat -c %Y sub) $(readlink link)"));
        var blocks = await ShellAsync("stat -c '%s %b' out/holes");
        Assert.StartsWith($"{100 << 20} ", blocks, StringComparison.Ordinal);
        Assert.InRange(int.Parse(blocks.Split(' ')[1]), 1, 64);
        Assert.Equal("x", await ShellAsync("dd if=out/holes bs=1 skip=50000000 count=1 2>/dev/null"));
    }

    [Fact]
    public async Task Run_DeepTree_NeedsFewDescriptors()
    {
        await ShellAsync("mkdir -p low up out; cd low; i=0; while [ $i -lt 300 ]; do mkdir d; cd d; i=$((i+1)); done; echo end > end");

        Copy("/d");

        Assert.Equal("end", await ShellAsync("cd out; i=1; while [ $i -lt 300 ]; do cd d; i=$((i+1)); done; cat end"));
    }

    [Theory]
    [InlineData("/way-out", "secret", false)]
    [InlineData("/way-out/../inside", "mine", true)]
    [InlineData("/loop", "secret", false)]
    public async Task Open_Links_StayInside(string path, string name, bool found)
    {
        await ShellAsync("mkdir -p low/inside up; echo 1 > secret; echo 1 > low/inside/mine; ln -s ../../../.. low/way-out; ln -s loop low/loop");

        var (directory, other) = MergedTree.Open(Layers, path);

        using (directory)
        using (other)
        {
            Assert.Equal(found, directory?.Names().Any(each => Encoding.UTF8.GetString(each).TrimEnd('\0') == name) == true);
        }
    }

    private string[] Layers => [Path.Combine(root, "up"), Path.Combine(root, "low")];

    private void Copy(string path)
    {
        var (source, _) = MergedTree.Open(Layers, path);
        using (source)
        using (var target = PathHandles.OpenDirectory(Path.Combine(root, "out")))
            TreeCopy.Run(source!, target);
    }

    private void SetXattr(string path, string name, string value) =>
        Assert.Equal(0, At.lsetxattr(Bytes(Path.Combine(root, path)), Bytes(name), Encoding.UTF8.GetBytes(value), (nuint)value.Length, 0));

    private string GetXattr(string path, string name)
    {
        var value = new byte[64];
        return Encoding.UTF8.GetString(value, 0, (int)Math.Max(0, At.lgetxattr(Bytes(Path.Combine(root, path)), Bytes(name), value, (nuint)value.Length)));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text + "\0");

    private async Task<string> ShellAsync(string script) => (await new Command(["sh", "-ec", $"cd '{root}'; umask 022; {script}"]).RunAsync()).MustSucceed().Text;
}
