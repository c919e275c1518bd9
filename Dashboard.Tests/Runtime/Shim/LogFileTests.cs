using System.Buffers;
using System.Text;
using CsCheck;
using Dashboard.Engine.Logs;
using Dashboard.Engine.Tasks;
using Dashboard.Runtime.Shim;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Shim;

public sealed class LogFileTests : IDisposable
{
    private readonly string directory = TestPlaces.NewWorkDirectory("log");
    private int count;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Append_AnyPieces_GiveTheSameLines() =>
        Gen.Select(Gen.OneOf(Gen.Const("line\n"), Gen.Const("\n"), Gen.Const("no end"), Gen.Char[' ', '~'].Select(letter => new string(letter, 9000))).Array[0, 8].Select(string.Concat), Gen.Int[1, 5000].Array[1, 8]).Sample((text, sizes) =>
        {
            var path = NewPath();
            var log = new LogFile(path, 0, 1);
            var rest = Encoding.ASCII.GetBytes(text).AsSpan();
            for (var i = 0; !rest.IsEmpty; i++)
            {
                var size = Math.Min(sizes[i % sizes.Length], rest.Length);
                log.Append(0, rest[..size]);
                rest = rest[size..];
            }
            log.Finish();

            Assert.Equal(Split(text), Texts(path));
        }, iter: 200, threads: 1);

    [Fact]
    public void Append_TwoStreams_KeepTheirUnfinishedLinesApart()
    {
        var path = NewPath();
        var log = new LogFile(path, 0, 1);

        log.Append(0, "out"u8);
        log.Append(1, "err"u8);
        log.Append(0, " one\n"u8);
        log.Append(1, " two\n"u8);

        Assert.Equal(["out one\n", "err two\n"], Texts(path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Append_PastTheSize_KeepsTheNewestInOrder(int files)
    {
        var path = NewPath();
        var log = new LogFile(path, 2000, files);
        for (var i = 0; i < 500; i++) log.Append(0, Encoding.ASCII.GetBytes($"{i}\n"));

        var segments = Enumerable.Range(1, 10).Reverse().Select(number => $"{path}.{number}").Append(path).Where(File.Exists).ToList();
        var lines = segments.SelectMany(Texts).Select(int.Parse).ToList();

        Assert.Equal(files, segments.Count);
        Assert.All(segments, segment => Assert.InRange(new FileInfo(segment).Length, 1, 2000));
        Assert.Equal(Enumerable.Range(500 - lines.Count, lines.Count), lines);
    }

    [Fact]
    public void Open_ExistingLog_IsContinuedAndCounted()
    {
        var path = NewPath();
        new LogFile(path, 2000, 2).Append(0, Encoding.ASCII.GetBytes(new string('a', 1500) + "\n"));
        new LogFile(path, 2000, 2).Append(0, Encoding.ASCII.GetBytes(new string('b', 1500) + "\n"));

        Assert.StartsWith("a", Texts(path + ".1").Single(), StringComparison.Ordinal);
        Assert.StartsWith("b", Texts(path).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Append_FullDisk_IsDroppedAndCounted()
    {
        var log = new LogFile("/dev/full", 0, 1);

        log.Append(0, "lost\n"u8);

        Assert.InRange(log.DroppedBytes, 5, 200);
    }

    private string NewPath() => Path.Combine(directory, $"{++count}.log");

    // dockerd's copier: a line, or 16 KiB of one.
    private static IEnumerable<string> Split(string text)
    {
        while (text.Length > 0)
        {
            var end = text.IndexOf('\n') + 1;
            var length = Math.Min(end == 0 ? text.Length : end, 16 << 10);
            yield return text[..length];
            text = text[length..];
        }
    }

    private static List<string> Texts(string path)
    {
        var texts = new List<string>();
        foreach (var line in File.ReadLines(path))
        {
            Assert.True(LogLine.TryParse(Encoding.UTF8.GetBytes(line), out var parsed));
            var output = new ArrayBufferWriter<byte>();
            parsed.Unescape(output);
            texts.Add(Encoding.UTF8.GetString(output.WrittenSpan));
        }
        return texts;
    }
}
