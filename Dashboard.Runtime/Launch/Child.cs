using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dashboard.Runtime.Launch;

/// <summary>
/// clone3(2) and what runs in the child until execve(2). After the clone the child has one thread and a copy of a heap
/// that other threads may have been changing: it must not allocate, throw, touch a static with an initialiser, or meet a
/// GC poll. A P/Invoke contains such a poll, even with SuppressGCTransition; libc's <c>syscall</c> through a *managed*
/// function pointer does not (the calling convention is the same for integers), so nothing here waits for a collector
/// that does not exist in the child. The stress test keeps this true, since it leans on code generation.
/// </summary>
internal static unsafe class Child
{
    /// <summary>Everything that the child needs, in native memory.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Context
    {
        public delegate*<nint, nint, nint, nint, nint, nint, nint, nint> Syscall;
        public int* Errno;
        public Op* Ops;
        public nint Count;
        public nint* Slots;
        public int ControlFd;
        // Numbers and buffers of the init loop.
        public nint NrWrite, NrExitGroup, NrClone, NrWait4, NrKill, NrSigtimedwait, NrSigprocmask, NrPrctl;
        public nint CloseRange;
        public ulong* AllSignals;
        public byte* Scratch;
    }

    /// <summary>Returns the child's pid, or -1 with errno; in the child it does not return.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static nint Clone(Context* context, nint cloneArgs, nint size)
    {
        var pid = context->Syscall(435, cloneArgs, size, 0, 0, 0, 0);
        if (pid == 0)
            Run(context);
        return pid;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run(Context* context)
    {
        for (nint i = 0; i < context->Count; i++)
        {
            var op = context->Ops + i;
            var error = 0;
            if (op->Kind == OpKind.Store32)
            {
                *(int*)op->A0 = (int)context->Slots[op->A1];
            }
            else if (op->Kind == OpKind.Check32)
            {
                if (*(uint*)op->A0 != (uint)op->A1)
                    error = (int)op->A2;
            }
            else if (op->Kind == OpKind.Refuse32)
            {
                if (*(uint*)op->A0 == (uint)op->A1)
                    error = (int)op->A2;
            }
            else if (op->Kind == OpKind.AnyOf)
            {
                if (context->Slots[op->A0] != 0 && context->Slots[op->A1] != 0 && (op->A3 < 0 || context->Slots[op->A3] != -1))
                    error = (int)op->A2;
            }
            else if (op->Kind == OpKind.ForkInit)
            {
                error = ForkInit(context);
            }
            else
            {
                error = Call(context, op);
            }
            if (error != 0)
                Fail(context, i, error);
        }
        Fail(context, context->Count, 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Call(Context* context, Op* op)
    {
        var slots = context->Slots;
        var mask = op->SlotMask;
        var result = context->Syscall(
            op->Number,
            (mask & 1) != 0 ? slots[op->A0] : op->A0,
            (mask & 2) != 0 ? slots[op->A1] : op->A1,
            (mask & 4) != 0 ? slots[op->A2] : op->A2,
            (mask & 8) != 0 ? slots[op->A3] : op->A3,
            (mask & 16) != 0 ? slots[op->A4] : op->A4,
            (mask & 32) != 0 ? slots[op->A5] : op->A5);
        if (op->Save >= 0)
            slots[op->Save] = result;
        if (result == -1)
        {
            var error = *context->Errno;
            return error == op->Ignore1 || error == op->Ignore2 || error == op->Ignore3 ? 0 : error;
        }
        // A sync read that ends with 0 means that the parent is gone.
        return op->Expect >= 0 && result != op->Expect ? 32 : 0;
    }

    /// <summary>Tells the parent {operation, errno} over the control socket and exits with 127.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fail(Context* context, nint operation, int error)
    {
        var report = (int*)context->Scratch;
        report[0] = (int)operation;
        report[1] = error;
        context->Syscall(context->NrWrite, context->ControlFd, (nint)report, 8, 0, 0, 0);
        while (true)
            context->Syscall(context->NrExitGroup, 127, 0, 0, 0, 0, 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ForkInit(Context* context)
    {
        // Blocked in PID 1, which takes signals by sigtimedwait; the program gets its empty mask back.
        context->Syscall(context->NrSigprocmask, 2, (nint)context->AllSignals, 0, 8, 0, 0);
        var pid = context->Syscall(context->NrClone, 17, 0, 0, 0, 0, 0);
        if (pid == -1)
            return *context->Errno;
        if (pid != 0)
            Reap(context, pid);
        return 0;
    }

    /// <summary>PID 1 under <c>--init</c>: forwards signals to the program, reaps orphans, exits as the program did.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Reap(Context* context, nint program)
    {
        // Not dumpable: this process still has the runtime's memory, so nobody inside may look at it.
        context->Syscall(context->NrPrctl, 4, 0, 0, 0, 0, 0);
        context->Syscall(context->CloseRange, 0, unchecked((int)0xffffffff), 0, 0, 0, 0);
        var status = (int*)context->Scratch;
        while (true)
        {
            var signal = context->Syscall(context->NrSigtimedwait, (nint)context->AllSignals, 0, 0, 8, 0, 0);
            if (signal > 0 && signal != 17)
            {
                context->Syscall(context->NrKill, program, signal, 0, 0, 0, 0);
                continue;
            }
            while (true)
            {
                var pid = context->Syscall(context->NrWait4, -1, (nint)status, 1, 0, 0, 0);
                if (pid <= 0)
                    break;
                if (pid != program)
                    continue;
                var death = *status & 0x7f;
                context->Syscall(context->NrExitGroup, death == 0 ? (*status >> 8) & 0xff : 128 + death, 0, 0, 0, 0, 0);
            }
        }
    }
}
