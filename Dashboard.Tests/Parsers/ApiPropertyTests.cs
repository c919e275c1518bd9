using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CsCheck;
using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Streaming;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Tasks;

namespace Dashboard.Tests.Parsers;

public sealed class ApiPropertyTests
{
    private static readonly string[] s_names = [.. typeof(HostConfig).GetProperties().Concat(typeof(ContainerConfig).GetProperties()).Select(property => property.Name), "unknown", "hostconfig", "CMD"];

    private static readonly Gen<string> s_scalar = Gen.OneOf(
        Gen.Const("null"), Gen.Const("true"), Gen.Const("\"\""), Gen.Const("\"80/tcp\""), Gen.Const("-1"), Gen.Const("1e400"), Gen.Const("1.5"), Gen.Const("99999999999999999999"),
        Gen.Long.Select(number => number.ToString()), Gen.String[0, 4].Select(text => JsonSerializer.Serialize(text)));

    [Fact]
    public void Filters_AnyText_AreReadOrRefused() =>
        Texts.Of("{", "}", "[", "]", ":", ",", "\"label\"", "\"name\"", "\"a=b\"", "true", "null", "{\"label\":[\"a\"]}", "{\"name\":{\"x\":true}}").Sample(text =>
        {
            var filters = Texts.Refusing<EngineException, Filters>(() => Filters.Parse(text, ["label", "name"]));
            if (filters is null) return;
            Assert.Equal(filters.Values("label").Count > 0, filters.Contains("label") && filters.Values("label").Count > 0);
            filters.Matches("name", "(((");
            filters.HasLabels("label", null);
        }, iter: 20_000);

    [Fact]
    public void Filters_AnyPattern_MatchesInTimeOrNot() =>
        Texts.Of("(", ")", "a", "*", "+", "[", "]", "\\", "{1000000}", "(a+)+", "$", "^", "?").Sample(pattern =>
        {
            var filters = Filters.Parse(JsonSerializer.Serialize(new Dictionary<string, string[]> { ["name"] = [pattern] }), ["name"]);
            filters.Matches("name", new string('a', 40));
        }, iter: 2000);

    [Fact]
    public void PortRange_AnyText_IsReadOrRefused() =>
        Texts.Of("80", "8080", "65535", "65536", "-", "/", "tcp", "UDP", "sctp", " ", "+", "0").Sample(text =>
        {
            if (Texts.Refusing<EngineException, PortRange>(() => PortRange.Parse("publish", text)) is not { } range) return;
            Assert.InRange(range.First, 0, 65535);
            Assert.InRange(range.Last, 0, 65535);
            Assert.Equal(range.First <= range.Last, range.Contains(range.First, range.Protocol));
        }, iter: 20_000);

    [Fact]
    public void DetachKeys_AnyTyping_LosesNothing() =>
        Gen.Select(Gen.Int[0, 2].Array[1, 4], Gen.Int[0, 3].Array[0, 12].Array[1, 4]).Sample((sequence, pieces) =>
        {
            var keys = DetachKeys.Parse(string.Join(',', sequence.Select(key => (char)('a' + key))));
            var (typed, passed) = (new List<byte>(), new List<byte>());
            var detached = false;
            foreach (var piece in pieces.Select(piece => piece.Select(key => (byte)('a' + key)).ToArray()))
            {
                var output = new byte[piece.Length + keys.LongestHeld];
                detached = keys.Scan(piece, output, out var count);
                typed.AddRange(piece);
                passed.AddRange(output[..count]);
                if (detached) break;
            }
            var expected = sequence.Select(key => (byte)('a' + key)).ToArray();
            // What is missing is the sequence, or a prefix of it that is still held back.
            var missing = detached ? expected.Length : typed.Count - passed.Count;
            Assert.InRange(missing, detached ? expected.Length : 0, detached ? expected.Length : expected.Length - 1);
            Assert.Equal(typed.Take(passed.Count + missing), passed.Concat(expected[..missing]));
        }, iter: 50_000);

    [Fact]
    public void DetachKeys_AnyText_IsReadOrRefused() =>
        Texts.Of("ctrl-", "a", ",", "p", "[", "@", "^", "_", "é", "CTRL-").Sample(text => Texts.Refusing<EngineException, DetachKeys>(() => DetachKeys.Parse(text)), iter: 20_000);

    [Fact]
    public async Task StdCopy_AnyOutput_IsFramedWithoutLoss() =>
        await Gen.Select(Gen.Bool, Texts.Bytes("line\n", "\n", "no end")).Array[0, 6].SampleAsync(async pieces =>
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            foreach (var (error, data) in pieces) StdCopy.WriteLines(pipe.Writer, error ? OutputStream.Stderr : OutputStream.Stdout, data);
            await pipe.Writer.CompleteAsync();
            using var all = new MemoryStream();
            await pipe.Reader.CopyToAsync(all, TestContext.Current.CancellationToken);

            var streams = new[] { new List<byte>(), new List<byte>(), new List<byte>() };
            for (var rest = all.ToArray().AsSpan(); !rest.IsEmpty;)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(rest[4..]);
                var content = rest.Slice(StdCopy.HeaderLength, length);
                Assert.True(length > 0 && content[..^1].IndexOf((byte)'\n') < 0);
                streams[rest[0]].AddRange(content);
                rest = rest[(StdCopy.HeaderLength + length)..];
            }
            Assert.Equal(pieces.Where(piece => !piece.Item1).SelectMany(piece => piece.Item2), streams[1]);
            Assert.Equal(pieces.Where(piece => piece.Item1).SelectMany(piece => piece.Item2), streams[2]);
        }, iter: 1000);

    [Fact]
    public void GoDecoder_AnyHostConfig_IsReadOrRefused() => Value(3).Sample(json => Decode<HostConfig>(json), iter: 20_000);

    [Fact]
    public void GoDecoder_AnyContainerConfig_IsReadOrRefused() => Value(3).Sample(json => Decode<ContainerConfig>(json), iter: 20_000);

    [Fact]
    public void GoDecoder_WhatWeWrite_IsReadBack()
    {
        var host = new HostConfig { Binds = ["/a:/b:ro"], Memory = 5, NanoCpus = 7, Tmpfs = new Dictionary<string, string> { ["/x"] = "size=1m" }, CapAdd = ["SYS_ADMIN"] };

        var again = Decode<HostConfig>(ApiJson.Element(host).GetRawText());

        Assert.Equal(ApiJson.Element(host).GetRawText(), ApiJson.Element(again!).GetRawText());
    }

    private static T? Decode<T>(string json) where T : class, new()
    {
        using var document = JsonDocument.Parse(json);
        return Texts.Refusing<EngineException, T>(() => GoDecoder.Decode((JsonTypeInfo<T>)ApiJson.Options.GetTypeInfo(typeof(T)), document.RootElement, "Test"));
    }

    private static Gen<string> Value(int depth)
    {
        if (depth == 0) return s_scalar;
        var inner = Value(depth - 1);
        var member = Gen.Select(Gen.Int[0, s_names.Length - 1], inner, (name, value) => $"\"{s_names[name]}\":{value}");
        return Gen.Frequency(
            (1, s_scalar),
            (1, inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
            (4, member.Array[0, 5].Select(members => $"{{{string.Join(',', members)}}}")));
    }
}
