using System.Runtime.InteropServices;
using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Cgroups;

/// <summary>
/// The device cgroup of v2: an eBPF program that answers every open and mknod (bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE;
/// context struct bpf_cgroup_dev_ctx { u32 access_type; u32 major; u32 minor; }, type in the low and access in the high
/// half of access_type). Rules are asked from the last to the first, so that a later one overrides, as in v1.
/// </summary>
internal static unsafe class DeviceProgram
{
    private const byte LoadWord = 0x61, MoveRegister = 0xbf, MoveImmediate = 0xb7, AndImmediate = 0x57, ShiftRight = 0x77, JumpEqual = 0x15, JumpNotEqual = 0x55, Exit = 0x95;
    private const int ProgramLoad = 5, ProgramAttach = 8, CgroupDevice = 15, AttachCgroupDevice = 6, AllowMulti = 2, AllAccess = 7;
    private static readonly long NrBpf = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    public static void Attach(string cgroupDirectory, IReadOnlyList<DeviceRule> rules)
    {
        Resource.rlimit unlimited = new() { rlim_cur = Resource.RLIM_INFINITY, rlim_max = Resource.RLIM_INFINITY };
        // Below 5.11 a program is charged to RLIMIT_MEMLOCK; where this is refused the load itself says so.
        _ = Resource.prlimit(0, 8, &unlimited, null);
        var program = Load(Assemble(rules));
        var directory = Fcntl.open(cgroupDirectory, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC, 0);
        var attributes = stackalloc int[4];
        (attributes[0], attributes[1], attributes[2], attributes[3]) = (directory, program, AttachCgroupDevice, AllowMulti);
        var result = Bpf.syscall(NrBpf, ProgramAttach, attributes, 16);
        var error = Errno.Last;
        Unistd.close(directory);
        Unistd.close(program);
        if (result < 0)
            throw new LaunchException($"attaching the device program to {cgroupDirectory}: {Errno.Text(error)}");
    }

    /// <summary>
    /// For each asked bit the last rule that names it decides: a rule that allows strikes its bits off and the program ends
    /// well when none is left, a rule that denies ends it badly when one of its bits is. Nothing may follow a rule for
    /// everything, since the verifier refuses instructions that are never reached.
    /// </summary>
    internal static ulong[] Assemble(IReadOnlyList<DeviceRule> rules)
    {
        // r2 = type, r3 = access still asked, r4 = major, r5 = minor
        var code = new List<ulong>
        {
            Instruction(LoadWord, 2, 1, 0, 0), Instruction(AndImmediate, 2, 0, 0, 0xffff),
            Instruction(LoadWord, 3, 1, 0, 0), Instruction(ShiftRight, 3, 0, 0, 16),
            Instruction(LoadWord, 4, 1, 4, 0), Instruction(LoadWord, 5, 1, 8, 0),
        };
        foreach (var rule in rules.Reverse())
        {
            var tests = Tests(rule);
            var access = Access(rule.Access);
            var body = Body(rule.Allow, access);
            for (var i = 0; i < tests.Count; i++)
                code.Add(tests[i] | (ulong)(tests.Count - i - 1 + body.Length) << 16);
            code.AddRange(body);
            if (tests.Count == 0 && access == AllAccess)
                return [.. code];
        }
        code.AddRange(Return(false));
        return [.. code];
    }

    // Jumps over the rest of the rule; the caller adds the distance.
    private static List<ulong> Tests(DeviceRule rule)
    {
        var tests = new List<ulong>();
        if (rule.Type is "b" or "c")
            tests.Add(Instruction(JumpNotEqual, 2, 0, 0, rule.Type == "b" ? 1 : 2));
        if (rule.Major is { } major and >= 0)
            tests.Add(Instruction(JumpNotEqual, 4, 0, 0, (int)major));
        if (rule.Minor is { } minor and >= 0)
            tests.Add(Instruction(JumpNotEqual, 5, 0, 0, (int)minor));
        return tests;
    }

    private static ulong[] Body(bool allow, int access)
    {
        if (access == AllAccess)
            return Return(allow);
        return allow
            ? [Instruction(AndImmediate, 3, 0, 0, ~access), Instruction(JumpNotEqual, 3, 0, 2, 0), .. Return(true)]
            : [Instruction(MoveRegister, 1, 3, 0, 0), Instruction(AndImmediate, 1, 0, 0, access), Instruction(JumpEqual, 1, 0, 2, 0), .. Return(false)];
    }

    private static ulong[] Return(bool allow) => [Instruction(MoveImmediate, 0, 0, 0, allow ? 1 : 0), Instruction(Exit, 0, 0, 0, 0)];

    private static int Access(string? access)
    {
        if (string.IsNullOrEmpty(access))
            return AllAccess;
        // BPF_DEVCG_ACC_MKNOD 1, READ 2, WRITE 4
        return (access.Contains('m') ? 1 : 0) | (access.Contains('r') ? 2 : 0) | (access.Contains('w') ? 4 : 0);
    }

    /// <summary>The kernel's verifier has the last word.</summary>
    internal static int Load(ulong[] code)
    {
        var license = "MIT\0"u8;
        // union bpf_attr for BPF_PROG_LOAD: u32 type, u32 count, u64 instructions, u64 license, u32 log_level, ...
        var attributes = stackalloc byte[128];
        new Span<byte>(attributes, 128).Clear();
        fixed (ulong* instructions = code)
        fixed (byte* text = license)
        {
            *(uint*)attributes = CgroupDevice;
            *(uint*)(attributes + 4) = (uint)code.Length;
            *(ulong*)(attributes + 8) = (ulong)instructions;
            *(ulong*)(attributes + 16) = (ulong)text;
            var fd = (int)Bpf.syscall(NrBpf, ProgramLoad, attributes, 128);
            return fd >= 0 ? fd : throw new LaunchException($"loading the device program: {Errno.Text(Errno.Last)}");
        }
    }

    // struct bpf_insn { u8 code; u8 dst:4, src:4; s16 off; s32 imm; }
    private static ulong Instruction(byte code, int destination, int source, short offset, int immediate) =>
        code | ((ulong)(byte)(destination | source << 4) << 8) | ((ulong)(ushort)offset << 16) | ((ulong)(uint)immediate << 32);
}
