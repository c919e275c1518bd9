using System.Buffers.Binary;

namespace Dashboard.Tests.Runtime.Seccomp;

/// <summary>Executes the classic BPF that a seccomp filter may use, over a <c>seccomp_data</c>.</summary>
internal static class BpfInterpreter
{
    public static uint Run(IReadOnlyList<ulong> program, int number, uint arch, params ulong[] args)
    {
        var data = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), arch);
        for (var i = 0; i < args.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + i * 8), args[i]);

        var accumulator = 0u;
        for (var pc = 0; ; pc++)
        {
            var instruction = program[pc];
            var (code, jt, jf, k) = ((ushort)instruction, (byte)(instruction >> 16), (byte)(instruction >> 24), (uint)(instruction >> 32));
            switch (code)
            {
                case 0x20:
                    accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)k));
                    break;
                case 0x54:
                    accumulator &= k;
                    break;
                case 0x05:
                    pc += (int)k;
                    break;
                case 0x15:
                    pc += accumulator == k ? jt : jf;
                    break;
                case 0x25:
                    pc += accumulator > k ? jt : jf;
                    break;
                case 0x35:
                    pc += accumulator >= k ? jt : jf;
                    break;
                case 0x06:
                    return k;
                default:
                    throw new InvalidOperationException($"instruction {code:x}");
            }
        }
    }
}
