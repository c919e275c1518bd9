using System.Runtime.InteropServices;
using CsCheck;
using Dashboard.Engine.Confinement;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Runtime.Seccomp;
using Xunit;

namespace Dashboard.Tests.Runtime.Seccomp;

public sealed class SeccompCompilerTests
{
    private const uint X64 = 0xC000003E;
    private const uint X86 = 0x40000003;
    private const uint Allow = 0x7fff0000;
    private const uint EPERM = 0x00050001;
    private const uint ENOSYS = 0x00050026;

    private static readonly string[] DockerCapabilities = ["CAP_CHOWN", "CAP_SYS_CHROOT", "CAP_SETUID"];

    private static uint Default(int number, uint arch = X64, params ulong[] args) =>
        BpfInterpreter.Run(SeccompCompiler.Assemble(DefaultSeccomp.For(DockerCapabilities, Architecture.X64)).Instructions, number, arch, args);

    [Theory]
    [InlineData(0, X64, Allow)] // read
    [InlineData(59, X64, Allow)] // execve
    [InlineData(161, X64, Allow)] // chroot, with CAP_SYS_CHROOT
    [InlineData(165, X64, EPERM)] // mount
    [InlineData(272, X64, EPERM)] // unshare
    [InlineData(250, X64, EPERM)] // keyctl
    [InlineData(425, X64, EPERM)] // io_uring_setup
    [InlineData(435, X64, ENOSYS)] // clone3
    [InlineData(1000, X64, ENOSYS)] // newer than the profile
    [InlineData(-1, X64, ENOSYS)]
    [InlineData(3, X86, Allow)] // read
    [InlineData(21, X86, EPERM)] // mount
    [InlineData(0x40000000, X64, Allow)] // x32 read
    [InlineData(0x40000000 + 165, X64, EPERM)] // x32 mount
    [InlineData(0, 0xC00000B7, EPERM)] // an architecture that this machine does not run
    public void DefaultProfile_Call_IsDecidedAsDockerDoes(int number, uint arch, uint expected) =>
        Assert.Equal(expected, Default(number, arch));

    [Theory]
    [InlineData(41, 2ul, Allow)] // socket(AF_INET)
    [InlineData(41, 40ul, EPERM)] // socket(AF_VSOCK)
    [InlineData(41, 40ul | 1ul << 32, Allow)] // both words are compared
    [InlineData(135, 0xfffffffful, Allow)] // personality(query)
    [InlineData(135, 0x0040000ul, EPERM)] // personality(ADDR_NO_RANDOMIZE)
    [InlineData(135, 0x8ul | 1ul << 32, EPERM)] // a wrong high word
    [InlineData(56, 0x11ul, Allow)] // clone(SIGCHLD)
    [InlineData(56, 0x10000000ul, EPERM)] // clone(CLONE_NEWUSER)
    public void DefaultProfile_Argument_IsCompared(int number, ulong argument, uint expected) =>
        Assert.Equal(expected, Default(number, X64, argument));

    [Fact]
    public void DefaultProfile_WithSysAdmin_OpensItsGroup()
    {
        var program = SeccompCompiler.Assemble(DefaultSeccomp.For(["CAP_SYS_ADMIN"], Architecture.X64)).Instructions;
        Assert.Equal(Allow, BpfInterpreter.Run(program, 165, X64));
        Assert.Equal(Allow, BpfInterpreter.Run(program, 435, X64));
        Assert.Equal(Allow, BpfInterpreter.Run(program, 56, X64, 0x10000000));
        Assert.Equal(EPERM, BpfInterpreter.Run(program, 161, X64));
    }

    [Fact]
    public void Assemble_DefaultProfile_FitsTheKernelsLimit() =>
        Assert.InRange(SeccompCompiler.Assemble(DefaultSeccomp.For(DockerCapabilities, Architecture.X64)).Length, 100, 1500);

    [Fact]
    public void Assemble_SeveralArguments_AllMustHold()
    {
        var program = Compile(
            new SeccompArg { Index = 0, Value = 1, Op = "SCMP_CMP_EQ" },
            new SeccompArg { Index = 2, Value = 5, Op = "SCMP_CMP_GT" });
        Assert.Equal(Allow, BpfInterpreter.Run(program, 0, X64, 1, 0, 6));
        Assert.Equal(EPERM, BpfInterpreter.Run(program, 0, X64, 1, 0, 5));
        Assert.Equal(EPERM, BpfInterpreter.Run(program, 0, X64, 2, 0, 6));
    }

    [Fact]
    public void Assemble_AnyComparison_AgreesWithArithmetic()
    {
        // Values around word borders find every mixed-up high and low word.
        var edge = Gen.OneOf(
            Gen.ULong,
            Pick(0ul, 1ul, 0xfffffffful, 0x100000000ul, 0x100000001ul, ulong.MaxValue, 0xffffffff00000000ul));
        Gen.Select(
            Pick("EQ", "NE", "GT", "GE", "LT", "LE", "MASKED_EQ"),
            edge, edge, edge, Gen.UInt[0, 5]).Sample((op, value, two, actual, index) =>
        {
            var program = Compile(new SeccompArg { Index = index, Value = value, ValueTwo = two, Op = "SCMP_CMP_" + op });
            var args = new ulong[6];
            args[index] = actual;
            var holds = op switch
            {
                "EQ" => actual == value,
                "NE" => actual != value,
                "GT" => actual > value,
                "GE" => actual >= value,
                "LT" => actual < value,
                "LE" => actual <= value,
                _ => (actual & value) == two,
            };
            Assert.Equal(holds ? Allow : EPERM, BpfInterpreter.Run(program, 0, X64, args));
        }, iter: 2000);
    }

    [Fact]
    public void Assemble_UnknownAction_IsRefusedByName()
    {
        var error = Assert.Throws<InvalidDataException>(() => SeccompCompiler.Assemble(new() { DefaultAction = "SCMP_ACT_MAYBE" }));
        Assert.Contains("SCMP_ACT_MAYBE", error.Message);
    }

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static IReadOnlyList<ulong> Compile(params SeccompArg[] args) => SeccompCompiler.Assemble(new()
    {
        DefaultAction = "SCMP_ACT_ERRNO",
        Architectures = ["SCMP_ARCH_X86_64"],
        Syscalls = [new() { Names = ["read", "write"], Action = "SCMP_ACT_ALLOW", Args = args }],
    }).Instructions;
}
