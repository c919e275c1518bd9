namespace Dashboard.Runtime.Seccomp;

/// <summary>
/// Writes classic BPF for seccomp (seccomp(2), linux/filter.h). One instruction is 8 bytes: u16 code, u8 jt, u8 jf, u32 k.
/// Jumps are relative to the next instruction; jt and jf reach 255, JA any distance.
/// </summary>
internal sealed class BpfWriter
{
    private const ushort LoadAbsolute = 0x20;
    private const ushort JumpAlways = 0x05;
    private const ushort JumpEqual = 0x15;
    private const ushort JumpGreater = 0x25;
    private const ushort JumpGreaterOrEqual = 0x35;
    private const ushort AndConstant = 0x54;
    private const ushort ReturnConstant = 0x06;

    private readonly List<ulong> instructions = [];

    public int Length => instructions.Count;

    public IReadOnlyList<ulong> Instructions => instructions;

    public void Load(uint offset) => Emit(LoadAbsolute, 0, 0, offset);
    public void And(uint mask) => Emit(AndConstant, 0, 0, mask);
    public void Return(uint action) => Emit(ReturnConstant, 0, 0, action);
    public void IfEqual(uint value, byte then, byte otherwise) => Emit(JumpEqual, then, otherwise, value);
    public void IfGreater(uint value, byte then, byte otherwise) => Emit(JumpGreater, then, otherwise, value);
    public void IfGreaterOrEqual(uint value, byte then, byte otherwise) => Emit(JumpGreaterOrEqual, then, otherwise, value);
    public void Jump(uint distance) => Emit(JumpAlways, 0, 0, distance);

    public void Append(BpfWriter block) => instructions.AddRange(block.instructions);

    /// <summary>Skips <paramref name="block"/> when the accumulator is at least <paramref name="value"/>, whatever the length of the block.</summary>
    public void UnlessGreaterOrEqual(uint value, BpfWriter block)
    {
        if (block.Length <= byte.MaxValue)
        {
            IfGreaterOrEqual(value, (byte)block.Length, 0);
        }
        else
        {
            IfGreaterOrEqual(value, 0, 1);
            Jump((uint)block.Length);
        }
        Append(block);
    }

    /// <summary>Skips <paramref name="block"/> unless the accumulator equals <paramref name="value"/>.</summary>
    public void WhenEqual(uint value, BpfWriter block)
    {
        IfEqual(value, 1, 0);
        Jump((uint)block.Length);
        Append(block);
    }

    private void Emit(ushort code, byte jt, byte jf, uint k) =>
        instructions.Add(code | ((ulong)jt << 16) | ((ulong)jf << 24) | ((ulong)k << 32));
}
