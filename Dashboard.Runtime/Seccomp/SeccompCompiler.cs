using System.Runtime.InteropServices;

namespace Dashboard.Runtime.Seccomp;

/// <summary>
/// Compiles the OCI form of a seccomp profile to one classic BPF program for all its architectures.
/// Arguments of a rule are ANDed; names that an architecture does not have are skipped, as libseccomp does.
/// </summary>
internal static unsafe class SeccompCompiler
{
    private const uint NumberOffset = 0;
    private const uint ArchOffset = 4;
    private const int MaxInstructions = 4096;

    public static SeccompProgram Compile(Oci.RuntimeSpec.Seccomp profile)
    {
        var instructions = Assemble(profile).Instructions;
        if (instructions.Count > MaxInstructions)
            throw new InvalidDataException($"seccomp: the profile needs {instructions.Count} instructions, the kernel takes {MaxInstructions}; use fewer argument rules");
        var code = (ulong*)NativeMemory.Alloc((nuint)instructions.Count, sizeof(ulong));
        for (var i = 0; i < instructions.Count; i++)
            code[i] = instructions[i];
        // struct sock_fprog { unsigned short len; struct sock_filter *filter; }
        var fprog = (nint*)NativeMemory.AllocZeroed(2, (nuint)sizeof(nint));
        *(ushort*)fprog = (ushort)instructions.Count;
        fprog[1] = (nint)code;
        return new SeccompProgram((nint)fprog, Flags(profile.Flags));
    }

    internal static BpfWriter Assemble(Oci.RuntimeSpec.Seccomp profile)
    {
        var defaultAction = SeccompAction.Parse(profile.DefaultAction, profile.DefaultErrnoRet);
        var filters = new Dictionary<uint, ArchitectureFilter>();
        foreach (var architecture in Architectures(profile))
        {
            if (SyscallTable.For(architecture) is not { } table)
                continue;
            if (!filters.TryGetValue(table.AuditArch, out var filter))
                filters[table.AuditArch] = filter = new ArchitectureFilter(defaultAction);
            filter.Add(table, profile.Syscalls);
        }

        var writer = new BpfWriter();
        writer.Load(ArchOffset);
        foreach (var (auditArch, filter) in filters)
        {
            var block = new BpfWriter();
            block.Load(NumberOffset);
            block.Append(filter.Write());
            writer.WhenEqual(auditArch, block);
        }
        writer.Return(defaultAction);
        return writer;
    }

    // The machine's own architecture is always answered for, as libseccomp's init does.
    private static IEnumerable<string> Architectures(Oci.RuntimeSpec.Seccomp profile)
    {
        var native = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";
        return profile.Architectures.Contains(native) ? profile.Architectures : [native, .. profile.Architectures];
    }

    private static uint Flags(IReadOnlyList<string>? flags)
    {
        // Without a word from the profile: no speculation mitigations for the filtered process (runc's default since 1.1).
        if (flags is null)
            return 4;
        var value = 0u;
        foreach (var flag in flags)
        {
            value |= flag switch
            {
                "SECCOMP_FILTER_FLAG_TSYNC" => 1u,
                "SECCOMP_FILTER_FLAG_LOG" => 2u,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => 4u,
                _ => throw new InvalidDataException($"seccomp: flag {flag} is not known"),
            };
        }
        return value;
    }
}
