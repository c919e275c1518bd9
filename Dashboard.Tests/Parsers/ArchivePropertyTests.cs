using System.Text;
using CsCheck;
using Dashboard.Engine.Containers.Files;
using Dashboard.Engine.Images.Pack;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Linux;

namespace Dashboard.Tests.Parsers;

public sealed class ArchivePropertyTests
{
    private static readonly string[] s_parts = ["..", ".", "", "a", "bb", "…", "..a", "/"];

    private static readonly Gen<string> s_paths = Gen.Int[0, s_parts.Length - 1].Select(index => s_parts[index]).Array[0, 8].Select(parts => string.Join('/', parts));

    private static readonly Gen<string> s_names = Gen.Byte[1, 255].Where(letter => letter != '/').Array[1, 90].Select(bytes => Encoding.Latin1.GetString(bytes)).Array[1, 4].Select(parts => string.Join('/', parts));

    [Fact]
    public void ArchivePath_AnyPath_IsCleanAndBelowTheRoot() => s_paths.Sample(path =>
    {
        var parsed = ArchivePath.Parse(path);
        Assert.True(EntryPath.TryClean(parsed.Clean, out var clean) && clean == parsed.Clean, parsed.Clean);
        Assert.True(parsed.Name is "/" or "." || parsed.Clean.Split('/')[^1] == parsed.Name, parsed.Name);
        Assert.Equal(path.EndsWith('/') || path.Split('/')[^1] == "." || parsed.Clean.Length == 0, parsed.Follow);
    }, iter: 20_000);

    [Fact]
    public void Place_AnyName_IsBelowTheBaseOrRefused() => Gen.Select(s_paths, s_paths).Sample((name, place) =>
    {
        var rules = new EntryRules { Base = ArchivePath.Parse(place).Clean };
        if (Texts.Refusing<TarException, string>(() => rules.Place(name)) is not { } path) return;
        Assert.True(rules.Base.Length == 0 || path == rules.Base || path.StartsWith(rules.Base + "/", StringComparison.Ordinal), path);
        Assert.True(EntryPath.TryClean(path, out var clean) && clean == path, path);
    }, iter: 20_000);

    [Fact]
    public void Tar_WhatWasWritten_IsReadBack() => Gen.Select(s_names, s_names, Gen.Byte.Array[0, 1500], Gen.UInt, Gen.Int[0, 0xfff], Gen.Long[-1L << 40, 1L << 40]).Sample((name, link, data, owner, mode, time) =>
    {
        var file = new TarEntry
        {
            Type = TarEntryType.Regular, Name = name, Size = data.Length, Mode = (uint)mode, Uid = owner == uint.MaxValue ? 0 : owner, Gid = owner / 3,
            ModifyTime = new Timespec(time, 0), Xattrs = [new("user.x", data.AsSpan(0, Math.Min(64, data.Length)).ToArray())],
        };
        var symlink = new TarEntry { Type = TarEntryType.SymbolicLink, Name = name + "-link", LinkName = link, Mode = 0x1FF };
        var bytes = new MemoryStream();
        using (var writer = new TarStreamWriter(bytes))
        {
            writer.WriteHeader(file);
            writer.Write(data);
            writer.Pad(data.Length);
            writer.WriteHeader(symlink);
            writer.Finish();
        }
        bytes.Position = 0;
        using var reader = new TarReader(bytes);
        var read = reader.Next()!;
        Assert.Equal((file.Name, file.Size, file.Mode, file.Uid, file.Gid, file.ModifyTime), (read.Name, read.Size, read.Mode, read.Uid, read.Gid, read.ModifyTime));
        Assert.Equal(file.Xattrs[0].Value, Assert.Single(read.Xattrs).Value);
        var got = new MemoryStream();
        while (reader.ReadData() is { Length: > 0 } piece) got.Write(piece);
        Assert.Equal(data, got.ToArray());
        read = reader.Next()!;
        Assert.Equal((TarEntryType.SymbolicLink, symlink.Name, symlink.LinkName), (read.Type, read.Name, read.LinkName));
        Assert.Null(reader.Next());
    }, iter: 3000);
}
