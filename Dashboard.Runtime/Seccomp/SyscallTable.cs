using System.Globalization;

namespace Dashboard.Runtime.Seccomp;

/// <summary>System call names to numbers, for one architecture that a filter has to answer for.</summary>
internal sealed partial class SyscallTable
{
    public const int X32Bit = 0x40000000;

    private readonly Dictionary<string, int> numbers;

    private SyscallTable(uint auditArch, string names, int bit)
    {
        AuditArch = auditArch;
        numbers = Parse(names, bit);
    }

    /// <summary>The value of <c>seccomp_data.arch</c> (linux/audit.h).</summary>
    public uint AuditArch { get; }

    /// <summary>Null for an architecture that this product does not know; its calls then meet the default action.</summary>
    public static SyscallTable? For(string ociArchitecture) => ociArchitecture switch
    {
        "SCMP_ARCH_X86_64" => new(0xC000003E, X64Names, 0),
        "SCMP_ARCH_X86" => new(0x40000003, X86Names, 0),
        // Same audit architecture as x86-64: told apart by a bit of the number.
        "SCMP_ARCH_X32" => new(0xC000003E, X32Names, X32Bit),
        "SCMP_ARCH_AARCH64" => new(0xC00000B7, Arm64Names, 0),
        "SCMP_ARCH_ARM" => new(0x40000028, ArmNames, 0),
        _ => null,
    };

    public bool TryGetNumber(string name, out int number) => numbers.TryGetValue(name, out number);

    private static Dictionary<string, int> Parse(string names, int bit)
    {
        var numbers = new Dictionary<string, int>(512, StringComparer.Ordinal);
        var next = 0;
        foreach (var range in names.AsSpan().SplitAny(' ', '\n'))
        {
            var item = names.AsSpan(range).Trim();
            if (item.IsEmpty)
                continue;
            var equals = item.IndexOf('=');
            if (equals > 0)
                next = int.Parse(item[..equals], CultureInfo.InvariantCulture);
            numbers[item[(equals + 1)..].ToString()] = next++ | bit;
        }
        return numbers;
    }
}
