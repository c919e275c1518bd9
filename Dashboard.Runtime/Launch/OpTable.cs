using System.Runtime.InteropServices;
using System.Text;

namespace Dashboard.Runtime.Launch;

/// <summary>A result of an earlier operation, for use as an argument of a later one.</summary>
internal readonly record struct Slot(int Index);

/// <summary>An argument: a number, an address, or a slot.</summary>
internal readonly record struct Arg(nint Value, bool IsSlot)
{
    public static implicit operator Arg(nint value) => new(value, false);
    public static implicit operator Arg(int value) => new(value, false);
    public static implicit operator Arg(uint value) => new((nint)value, false);
    public static implicit operator Arg(ulong value) => new((nint)value, false);
    public static implicit operator Arg(Slot slot) => new(slot.Index, true);
}

/// <summary>
/// Builds the operations of a child beforehand, in native memory, so that the child itself needs nothing of the managed
/// world: no allocation, no string, no type initialiser.
/// </summary>
internal sealed unsafe class OpTable : IDisposable
{
    private readonly List<Op> ops = new(192);
    private readonly List<string> names = new(192);
    private readonly List<nint> blocks = new(128);
    private int slots;

    public int Count => ops.Count;
    public int SlotCount => slots;

    public Slot NewSlot() => new(slots++);

    public string Name(int index) => names[index];

    public void Call(string name, int number, Arg a0 = default, Arg a1 = default, Arg a2 = default, Arg a3 = default, Arg a4 = default, Arg a5 = default, Slot? save = null, int ignore = 0, int ignore2 = 0, int ignore3 = 0, nint expect = -1)
    {
        var mask = (a0.IsSlot ? 1 : 0) | (a1.IsSlot ? 2 : 0) | (a2.IsSlot ? 4 : 0) | (a3.IsSlot ? 8 : 0) | (a4.IsSlot ? 16 : 0) | (a5.IsSlot ? 32 : 0);
        ops.Add(new Op
        {
            Number = number,
            A0 = a0.Value, A1 = a1.Value, A2 = a2.Value, A3 = a3.Value, A4 = a4.Value, A5 = a5.Value,
            SlotMask = mask,
            Save = save?.Index ?? -1,
            Ignore1 = ignore, Ignore2 = ignore2, Ignore3 = ignore3,
            Expect = expect,
        });
        names.Add(name);
    }

    public void Store32(nint address, Slot slot) => Special("store", OpKind.Store32, address, slot.Index, 0);

    public void Check32(string name, nint address, uint expected, int errno) => Special(name, OpKind.Check32, address, (nint)expected, errno);

    public void Refuse32(string name, nint address, uint refused, int errno) => Special(name, OpKind.Refuse32, address, (nint)refused, errno);

    /// <summary>One of two ignored failures must have been a success, or what they were about is missing.</summary>
    public void AnyOf(string name, Slot first, Slot second, int errno, Slot? missing = null) =>
        Special(name, OpKind.AnyOf, first.Index, second.Index, errno, missing?.Index ?? -1);

    public void ForkInit() => Special("fork of the container's program under init", OpKind.ForkInit, 0, 0, 0);

    /// <summary>A NUL-terminated UTF-8 copy.</summary>
    public nint Text(string value)
    {
        var bytes = Encoding.UTF8.GetByteCount(value);
        var block = (byte*)Zeroed(bytes + 1);
        Encoding.UTF8.GetBytes(value, new Span<byte>(block, bytes));
        return (nint)block;
    }

    /// <summary>A NULL-terminated vector of strings, as execve(2) takes it.</summary>
    public nint Vector(IReadOnlyList<string> values)
    {
        var vector = (nint*)Zeroed((values.Count + 1) * sizeof(nint));
        for (var i = 0; i < values.Count; i++)
            vector[i] = Text(values[i]);
        return (nint)vector;
    }

    public nint Zeroed(int bytes)
    {
        var block = (nint)NativeMemory.AllocZeroed((nuint)bytes);
        blocks.Add(block);
        return block;
    }

    public nint Bytes(ReadOnlySpan<byte> data)
    {
        var block = Zeroed(Math.Max(data.Length, 1));
        data.CopyTo(new Span<byte>((void*)block, data.Length));
        return block;
    }

    public Op* Materialise()
    {
        var table = (Op*)Zeroed(ops.Count * sizeof(Op));
        for (var i = 0; i < ops.Count; i++)
            table[i] = ops[i];
        return table;
    }

    public void Dispose()
    {
        foreach (var block in blocks)
            NativeMemory.Free((void*)block);
        blocks.Clear();
    }

    private void Special(string name, OpKind kind, nint a0, nint a1, nint a2, nint a3 = 0)
    {
        ops.Add(new Op { Kind = kind, A0 = a0, A1 = a1, A2 = a2, A3 = a3, Save = -1, Expect = -1 });
        names.Add(name);
    }
}
