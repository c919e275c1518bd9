using System.Text;
using CsCheck;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Parsers;

public sealed class TarPropertyTests
{
    private static readonly byte[] s_archive = new LayerBuilder()
        .Directory("d/").File("d/" + new string('n', 150), "content"u8.ToArray()).Symlink("link", "d").File("ünï", new byte[1500]).Hardlink("hard", "ünï").CharacterDevice("dev", 1, 3).ToArray();

    [Fact]
    public void Read_WhatWasWritten_IsTheSame() =>
        Gen.Select(Gen.Char.AlphaNumeric.Array[1, 200].Select(letters => new string(letters)), Gen.Byte.Array[0, 2000], Gen.Int[0, 0xfff]).Array[1, 5].Sample(members =>
        {
            var builder = new LayerBuilder();
            for (var i = 0; i < members.Length; i++) builder.File($"{i}/ü{members[i].Item1}", members[i].Item2, members[i].Item3);
            using var reader = new TarReader(new MemoryStream(builder.ToArray()));
            for (var i = 0; i < members.Length; i++)
            {
                var entry = reader.Next()!;
                Assert.Equal($"{i}/ü{members[i].Item1}", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(entry.Name)));
                Assert.Equal((members[i].Item2.Length, (uint)members[i].Item3), (entry.Size, entry.Mode));
                Assert.Equal(members[i].Item2, Data(reader));
            }
            Assert.Null(reader.Next());
        }, iter: 300);

    [Fact]
    public void Read_MutatedArchive_IsReadOrRefused() =>
        Gen.Select(Gen.Int[0, s_archive.Length - 1], Gen.Byte).Array[1, 6].Sample(changes =>
        {
            var archive = (byte[])s_archive.Clone();
            foreach (var (at, value) in changes)
            {
                archive[at] = value;
                Repair(archive.AsSpan(at / 512 * 512, 512));
            }
            ReadAll(archive);
        }, iter: 20_000);

    [Fact]
    public void Read_TruncatedArchive_IsRefusedOrEnds() => Gen.Int[0, s_archive.Length].Sample(length => ReadAll(s_archive[..length]), iter: 2000);

    [Fact]
    public void Read_Rubbish_IsRefused() => Texts.Bytes("ustar\0" + "00", "ustar  \0", "path=", "\0\0\0\0").Sample(ReadAll, iter: 5000);

    [Fact]
    public void PaxRecords_AnyBytes_AreReadOrRefused() =>
        Texts.Bytes("11 path=abc\n", "30 mtime=1700000000.123456789\n", "SCHILY.xattr.user.a=", "=", "\n", " ", "6 a=b\n", "99999999999 ", "20 GNU.sparse.map=1,2\n").Sample(data =>
        {
            if (Texts.Refusing<TarException, PaxRecords>(() => PaxRecords.Parse(data)) is not { } records) return;
            records.Xattrs();
            Texts.Refusing<TarException, object>(() => records.Time("mtime") ?? (object)"");
            Texts.Refusing<TarException, object>(() => records.Number("size") ?? (object)"");
        }, iter: 20_000);

    [Fact]
    public void PaxRecords_WhatWasWritten_IsTheSame() =>
        Gen.Byte.Array[0, 300].Sample(value =>
        {
            var record = Record("SCHILY.xattr.user.a", value);

            var xattr = Assert.Single(PaxRecords.Parse(record).Xattrs());

            Assert.Equal("user.a", xattr.Key);
            Assert.Equal(value, xattr.Value);
        });

    [Fact]
    public void Sparse_AnyMap_AscendsWithinTheFileOrIsRefused() =>
        Gen.Select(Gen.OneOf(Gen.Long[0, 600], Gen.Long).Array[0, 6], Gen.OneOf(Gen.Long[0, 2000], Gen.Long), Gen.Int[0, 3]).Sample((numbers, size, kind) =>
        {
            byte[] pax = kind switch
            {
                0 => [.. Record("GNU.sparse.map", string.Join(',', numbers)), .. Record("GNU.sparse.size", $"{size}")],
                1 => [.. numbers.SelectMany((number, i) => Record(i % 2 == 0 ? "GNU.sparse.offset" : "GNU.sparse.numbytes", $"{number}")), .. Record("GNU.sparse.numblocks", "1"), .. Record("GNU.sparse.size", $"{size}")],
                _ => [.. Record("GNU.sparse.major", "1"), .. Record("GNU.sparse.minor", "0"), .. Record("GNU.sparse.realsize", $"{size}")],
            };
            var map = Encoding.ASCII.GetBytes($"{numbers.Length / 2}\n{string.Concat(numbers.Select(number => number + "\n"))}");
            var content = new byte[1024];
            if (kind >= 2) map.AsSpan(0, Math.Min(512, map.Length)).CopyTo(content);
            byte[] archive = [.. Member("x", 'x', pax), .. Member("file", '0', content[..(kind == 3 ? 512 : 1024)]), .. new byte[1024]];
            using var reader = new TarReader(new MemoryStream(archive));
            if (Texts.Refusing<TarException, TarEntry>(() => reader.Next()!) is not { Sparse: { } runs } entry) return;
            long position = 0;
            foreach (var run in runs)
            {
                Assert.InRange(run.Offset, position, entry.Size);
                Assert.InRange(run.Length, 0, entry.Size - run.Offset);
                position = run.Offset + run.Length;
            }
        }, iter: 20_000);

    [Fact]
    public void EntryPath_AnyName_StaysInsideAndIsStable() =>
        Texts.Of("a", "b", "/", "//", ".", "..", "\0", "é").Sample(name =>
        {
            if (Texts.Refusing<TarException, string>(() => EntryPath.Clean(name)) is not { } clean) return;
            Assert.DoesNotContain("..", clean.Split('/'));
            Assert.False(clean.StartsWith('/'));
            Assert.Equal(clean, EntryPath.Clean(clean));
        }, iter: 20_000);

    private static void ReadAll(byte[] archive)
    {
        using var reader = new TarReader(new MemoryStream(archive));
        Texts.Refusing<TarException, object>(() =>
        {
            while (reader.Next() is not null) Data(reader);
            return "";
        });
    }

    private static byte[] Data(TarReader reader)
    {
        var data = new List<byte>();
        while (reader.ReadData() is { IsEmpty: false } piece) data.AddRange(piece);
        return [.. data];
    }

    private static byte[] Record(string key, string value) => Record(key, Encoding.Latin1.GetBytes(value));

    private static byte[] Record(string key, byte[] value)
    {
        var length = key.Length + value.Length + 3;
        length += $"{length}".Length;
        if ($"{length}".Length + key.Length + value.Length + 3 != length) length = $"{length}".Length + key.Length + value.Length + 3;
        return [.. Encoding.ASCII.GetBytes($"{length} {key}="), .. value, (byte)'\n'];
    }

    private static byte[] Member(string name, char type, byte[] content)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        Encoding.ASCII.GetBytes("0000644\0" + "0000000\0" + "0000000\0" + Convert.ToString(content.Length, 8).PadLeft(11, '0') + "\0" + "00000000000\0").CopyTo(header, 100);
        header[156] = (byte)type;
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        Repair(header);
        return [.. header, .. content, .. new byte[(512 - content.Length % 512) % 512]];
    }

    /// <summary>Makes the checksum of a block right, as an attacker would.</summary>
    private static void Repair(Span<byte> block)
    {
        block.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in block) sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
    }
}
