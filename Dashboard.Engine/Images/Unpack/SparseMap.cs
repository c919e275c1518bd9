using System.Text;

namespace Dashboard.Engine.Images.Unpack;

/// <summary>What the old GNU header of a sparse member says; copied out of its block.</summary>
internal sealed class GnuSparseHeader
{
    public GnuSparseHeader(TarHeader header)
    {
        if (!header.IsGnu)
            throw TarException.InvalidHeader("sparse member without GNU magic");
        Map = header.GnuSparse.ToArray();
        Extended = header.GnuSparseExtended;
        RealSize = header.GnuRealSize;
    }

    public byte[] Map { get; }
    public bool Extended { get; }
    public long RealSize { get; }
}

/// <summary>
/// Where the data of a sparse file belongs. Four encodings (GNU tar manual, "Storing Sparse Files"): the old GNU header with
/// extension blocks, and pax 0.0 (repeated keys), 0.1 (<c>GNU.sparse.map</c>) and 1.0 (a decimal map before the data).
/// </summary>
internal sealed record SparseMap(IReadOnlyList<SparseRun> Runs, long RealSize, string? Name)
{
    /// <summary>Past this a map is an attack on memory, not a file.</summary>
    private const int RunsMax = 1 << 20;

    /// <summary>Null when the member is not sparse. Reads extension blocks and the 1.0 map, so that what remains is the data.</summary>
    public static SparseMap? Read(TarReader reader, GnuSparseHeader? gnu, PaxRecords? pax, long stored)
    {
        var name = pax?.Text("GNU.sparse.name");
        SparseMap map;
        if (gnu is not null)
            map = new SparseMap(Pairs(OldGnu(reader, gnu)), gnu.RealSize, null);
        else if (pax is null)
            return null;
        else if (pax.Text("GNU.sparse.major") == "1" && pax.Text("GNU.sparse.minor") == "0")
            map = new SparseMap(Pairs(ReadVersion1(reader)), RealSizeOf(pax), name);
        else if (pax.Text("GNU.sparse.map") is { } text)
            map = new SparseMap(Pairs(Numbers(text)), RealSizeOf(pax), name);
        else if (pax.SparseNumbers.Count > 0 || pax.Text("GNU.sparse.numblocks") is not null)
            map = new SparseMap(Pairs(pax.SparseNumbers), RealSizeOf(pax), name);
        else
            return null;
        map.Check(reader.Remaining);
        return map;
    }

    private static long RealSizeOf(PaxRecords pax) =>
        pax.Number("GNU.sparse.realsize") ?? pax.Number("GNU.sparse.size") ?? throw TarException.InvalidHeader("sparse file without its size");

    /// <summary>Runs ascend, lie inside the file, and add up to the data that is there.</summary>
    private void Check(long stored)
    {
        long position = 0, total = 0;
        foreach (var run in Runs)
        {
            if (run.Offset < position || run.Length < 0 || run.Length > RealSize - run.Offset)
                throw TarException.InvalidHeader("sparse map out of order");
            position = run.Offset + run.Length;
            total += run.Length;
        }
        if (RealSize < 0 || total != stored)
            throw TarException.InvalidHeader("sparse map does not match its data");
    }

    private static List<SparseRun> Pairs(IReadOnlyList<long> numbers)
    {
        if (numbers.Count % 2 != 0 || numbers.Count / 2 > RunsMax)
            throw TarException.InvalidHeader("malformed sparse map");
        var runs = new List<SparseRun>(numbers.Count / 2);
        for (var i = 0; i < numbers.Count; i += 2)
            runs.Add(new SparseRun(numbers[i], numbers[i + 1]));
        return runs;
    }

    private static List<long> Numbers(string text)
    {
        var numbers = new List<long>();
        foreach (var part in text.Split(','))
            numbers.Add(Parse(Encoding.Latin1.GetBytes(part)));
        return numbers;
    }

    private static long Parse(ReadOnlySpan<byte> digits) =>
        PaxRecords.TryDecimal(digits, out var number) ? number : throw TarException.InvalidHeader("malformed sparse map");

    /// <summary>Extension blocks hold 21 more pairs each and a flag at 504; they are not counted in the member's size.</summary>
    private static List<long> OldGnu(TarReader reader, GnuSparseHeader header)
    {
        var numbers = new List<long>();
        Append(numbers, header.Map);
        for (var extended = header.Extended; extended;)
        {
            if (!reader.TryReadBlock(out var block))
                throw TarException.Truncated();
            Append(numbers, block[..(21 * 24)]);
            extended = block[504] != 0;
            if (numbers.Count / 2 > RunsMax)
                throw TarException.InvalidHeader("sparse map too long");
        }
        return numbers;
    }

    private static void Append(List<long> numbers, ReadOnlySpan<byte> pairs)
    {
        for (; !pairs.IsEmpty; pairs = pairs[24..])
        {
            if (pairs[0] == 0)
                return;
            numbers.Add(TarHeader.Number(pairs[..12]));
            numbers.Add(TarHeader.Number(pairs.Slice(12, 12)));
        }
    }

    /// <summary><c>COUNT\nOFFSET\nLENGTH\n…</c>, padded to whole blocks, at the start of the data.</summary>
    private static List<long> ReadVersion1(TarReader reader)
    {
        var numbers = new List<long>();
        var pending = new List<byte>();
        long? count = null;
        while (count is null || numbers.Count < count * 2)
        {
            foreach (var value in reader.ReadDataBlock())
            {
                if (value != '\n')
                {
                    pending.Add(value);
                    if (pending.Count > 20)
                        throw TarException.InvalidHeader("malformed sparse map");
                    continue;
                }
                var number = Parse(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pending));
                pending.Clear();
                if (count is not null)
                    numbers.Add(number);
                else
                    count = number <= RunsMax ? number : throw TarException.InvalidHeader("sparse map too long");
                if (numbers.Count == count * 2)
                    break;
            }
        }
        return numbers;
    }
}
