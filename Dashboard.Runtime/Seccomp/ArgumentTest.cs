using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Runtime.Seccomp;

/// <summary>
/// One argument comparison as BPF that falls through when it holds and leaves for the next rule when not. Arguments
/// are 64 bits wide and BPF compares 32, so every test looks at both words: a value above 4 GiB never passes for its low half.
/// </summary>
internal static class ArgumentTest
{
    // struct seccomp_data: int nr; u32 arch; u64 instruction_pointer; u64 args[6]. Both our architectures are little-endian.
    private const uint ArgsOffset = 16;

    /// <param name="writer">Receives the test.</param>
    /// <param name="argument">The comparison.</param>
    /// <param name="rest">Instructions of the rule that follow this test: the distance of "does not hold".</param>
    public static void Write(BpfWriter writer, SeccompArg argument, int rest)
    {
        if (argument.Index > 5)
            throw new InvalidDataException($"seccomp: argument index {argument.Index} is out of range 0-5");
        var low = ArgsOffset + argument.Index * 8;
        var high = low + 4;
        switch (argument.Op)
        {
            case "SCMP_CMP_EQ":
                Equal(writer, low, high, argument.Value, ulong.MaxValue, rest);
                break;
            case "SCMP_CMP_MASKED_EQ":
                Equal(writer, low, high, argument.ValueTwo, argument.Value, rest);
                break;
            case "SCMP_CMP_NE":
                NotEqual(writer, low, high, argument.Value, rest);
                break;
            case "SCMP_CMP_GT":
                Greater(writer, low, high, argument.Value, orEqual: false, holds: 0, fails: rest);
                break;
            case "SCMP_CMP_GE":
                Greater(writer, low, high, argument.Value, orEqual: true, holds: 0, fails: rest);
                break;
            case "SCMP_CMP_LE":
                Greater(writer, low, high, argument.Value, orEqual: false, holds: rest, fails: 0);
                break;
            case "SCMP_CMP_LT":
                Greater(writer, low, high, argument.Value, orEqual: true, holds: rest, fails: 0);
                break;
            default:
                throw new InvalidDataException($"seccomp: operator {argument.Op} is not known");
        }
    }

    private static void Equal(BpfWriter writer, uint low, uint high, ulong value, ulong mask, int rest)
    {
        var masked = mask != ulong.MaxValue;
        writer.Load(high);
        if (masked)
            writer.And((uint)(mask >> 32));
        writer.IfEqual((uint)(value >> 32), 0, Distance(rest + (masked ? 3 : 2)));
        writer.Load(low);
        if (masked)
            writer.And((uint)mask);
        writer.IfEqual((uint)value, 0, Distance(rest));
    }

    private static void NotEqual(BpfWriter writer, uint low, uint high, ulong value, int rest)
    {
        writer.Load(high);
        writer.IfEqual((uint)(value >> 32), 0, 2);
        writer.Load(low);
        writer.IfEqual((uint)value, Distance(rest), 0);
    }

    private static void Greater(BpfWriter writer, uint low, uint high, ulong value, bool orEqual, int holds, int fails)
    {
        writer.Load(high);
        writer.IfGreater((uint)(value >> 32), Distance(holds + 3), 0);
        writer.IfEqual((uint)(value >> 32), 0, Distance(fails + 2));
        writer.Load(low);
        if (orEqual)
            writer.IfGreaterOrEqual((uint)value, Distance(holds), Distance(fails));
        else
            writer.IfGreater((uint)value, Distance(holds), Distance(fails));
    }

    // A rule has at most six tests of six instructions: far from 255.
    private static byte Distance(int instructions) => checked((byte)instructions);
}
