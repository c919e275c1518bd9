using System.Runtime.InteropServices;

namespace Dashboard.Runtime.Launch;

/// <summary>What the child does for one table entry.</summary>
internal enum OpKind
{
    /// <summary>A system call.</summary>
    Call = 0,
    /// <summary>Writes a slot's value as 32 bits to an address: A0 is the address, A1 the slot.</summary>
    Store32 = 1,
    /// <summary>Compares 32 bits at address A0 with A1; anything else fails with errno A2.</summary>
    Check32 = 2,
    /// <summary>Fails with errno A2 when the 32 bits at address A0 are A1.</summary>
    Refuse32 = 4,
    /// <summary>Fails with errno A2 unless slot A0 or slot A1 has 0, or slot A3 (if not negative) has -1.</summary>
    AnyOf = 5,
    /// <summary>Forks; the parent, PID 1, becomes the reap-and-forward loop (<c>--init</c>), the child goes on.</summary>
    ForkInit = 3,
}

/// <summary>One entry of the table that the child runs after clone3. Blittable: it lives in native memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Op
{
    public nint Number;
    public nint A0, A1, A2, A3, A4, A5;
    /// <summary>Errnos that are as good as success; 0 is none.</summary>
    public int Ignore1, Ignore2, Ignore3;
    /// <summary>Slot for the result, or -1.</summary>
    public int Save;
    /// <summary>Bit i: argument i is the number of a slot, whose value is passed.</summary>
    public int SlotMask;
    public OpKind Kind;
    /// <summary>The result that counts as success; -1 takes any that is not an error.</summary>
    public nint Expect;
}
