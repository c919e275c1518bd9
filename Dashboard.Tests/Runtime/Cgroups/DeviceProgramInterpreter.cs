namespace Dashboard.Tests.Runtime.Cgroups;

/// <summary>Executes the eBPF that the device program uses, over a <c>bpf_cgroup_dev_ctx</c>.</summary>
internal static class DeviceProgramInterpreter
{
    public static bool Allows(IReadOnlyList<ulong> program, int type, int access, uint major, uint minor)
    {
        uint[] context = [(uint)(type | access << 16), major, minor];
        var registers = new long[11];
        for (var pc = 0; ; pc++)
        {
            var instruction = program[pc];
            var (code, target, source) = ((byte)instruction, (int)(instruction >> 8 & 15), (int)(instruction >> 12 & 15));
            var (offset, immediate) = ((short)(instruction >> 16), (int)(instruction >> 32));
            switch (code)
            {
                case 0x61:
                    Assert.Equal(1, source);
                    registers[target] = context[offset / 4];
                    break;
                case 0xbf:
                    registers[target] = registers[source];
                    break;
                case 0xb7:
                    registers[target] = immediate;
                    break;
                case 0x57:
                    registers[target] &= immediate;
                    break;
                case 0x77:
                    registers[target] = (long)((ulong)registers[target] >> immediate);
                    break;
                case 0x15:
                    pc += registers[target] == immediate ? offset : 0;
                    break;
                case 0x55:
                    pc += registers[target] != immediate ? offset : 0;
                    break;
                case 0x95:
                    return registers[0] != 0;
                default:
                    throw new InvalidOperationException($"instruction {code:x}");
            }
        }
    }
}
