using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Runtime.Seccomp;

/// <summary>
/// The decisions for one audit architecture: per call number an action, or rules on arguments. Written as a binary
/// search over runs of equal decisions, so that a call costs about eight comparisons.
/// </summary>
internal sealed class ArchitectureFilter(uint defaultAction)
{
    private readonly SortedDictionary<uint, Decision> decisions = [];
    private readonly List<uint> ceilings = [];

    public void Add(SyscallTable table, IReadOnlyList<SeccompSyscall> rules)
    {
        var highest = 0u;
        foreach (var rule in rules)
        {
            var action = SeccompAction.Parse(rule.Action, rule.ErrnoRet);
            foreach (var name in rule.Names)
            {
                if (!table.TryGetNumber(name, out var number))
                    continue;
                highest = Math.Max(highest, (uint)number);
                if (!decisions.TryGetValue((uint)number, out var decision))
                    decisions[(uint)number] = decision = new Decision();
                decision.Add(action, rule.Args);
            }
        }
        ceilings.Add(highest);
    }

    public BpfWriter Write()
    {
        var runs = Runs();
        return Search(runs, 0, runs.Count);
    }

    /// <summary>Runs of call numbers with the same outcome, each from its first number to the next run.</summary>
    private List<(uint From, Decision? Rules, uint Action)> Runs()
    {
        var runs = new List<(uint From, Decision? Rules, uint Action)>();
        var next = 0u;
        foreach (var (number, decision) in decisions)
        {
            if (number > next || runs.Count == 0)
                Append(runs, next, null, Outside(next));
            Append(runs, number, decision.IsPlain ? null : decision, decision.Fallback ?? defaultAction);
            next = number + 1;
            if (ceilings.Contains(number))
                Append(runs, next, null, Outside(next));
        }
        Append(runs, next, null, Outside(next));
        return runs;
    }

    // A call that is newer than every name of the profile is answered with ENOSYS, as runc does: libc then falls back,
    // where EPERM would make it give up. Only where the profile refuses by errno at all.
    private uint Outside(uint number)
    {
        var refused = (defaultAction & 0xffff0000) == SeccompAction.Errno;
        var newer = !ceilings.Exists(ceiling => ceiling >= number && (ceiling & SyscallTable.X32Bit) == (number & SyscallTable.X32Bit));
        return refused && newer ? SeccompAction.NoSuchCall : defaultAction;
    }

    private static void Append(List<(uint From, Decision? Rules, uint Action)> runs, uint from, Decision? rules, uint action)
    {
        if (runs.Count > 0 && runs[^1].From == from)
            runs.RemoveAt(runs.Count - 1);
        if (runs.Count > 0 && rules is null && runs[^1].Rules is null && runs[^1].Action == action)
            return;
        runs.Add((from, rules, action));
    }

    private static BpfWriter Search(List<(uint From, Decision? Rules, uint Action)> runs, int start, int end)
    {
        var writer = new BpfWriter();
        if (end - start == 1)
        {
            runs[start].Rules?.Write(writer);
            writer.Return(runs[start].Action);
            return writer;
        }
        var middle = (start + end) / 2;
        writer.UnlessGreaterOrEqual(runs[middle].From, Search(runs, start, middle));
        writer.Append(Search(runs, middle, end));
        return writer;
    }

    /// <summary>The rules of one call, in the order of the profile; the first that matches decides.</summary>
    private sealed class Decision
    {
        private readonly List<(uint Action, IReadOnlyList<SeccompArg> Args)> conditional = [];

        public uint? Fallback { get; private set; }

        public bool IsPlain => conditional.Count == 0;

        public void Add(uint action, IReadOnlyList<SeccompArg> args)
        {
            if (args.Count == 0)
                Fallback ??= action;
            else
                conditional.Add((action, args));
        }

        public void Write(BpfWriter writer)
        {
            foreach (var (action, args) in conditional)
            {
                var rest = new BpfWriter();
                rest.Return(action);
                for (var i = args.Count - 1; i >= 0; i--)
                {
                    var test = new BpfWriter();
                    ArgumentTest.Write(test, args[i], rest.Length);
                    test.Append(rest);
                    rest = test;
                }
                writer.Append(rest);
            }
        }
    }
}
