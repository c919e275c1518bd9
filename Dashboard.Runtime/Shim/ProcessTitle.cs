using System.Text;
using Dashboard.Linux;

namespace Dashboard.Runtime.Shim;

/// <summary>
/// What <c>ps</c> shows. A shim is started from a sealed file in memory, so without this it is called <c>3</c> and
/// <c>/proc/self/fd/123</c>; its arguments, which name the container, stay.
/// </summary>
internal static unsafe class ProcessTitle
{
    // Fields of /proc/self/stat (proc_pid_stat(5)), counted from the third, which follows the name in parentheses.
    private const int ArgStart = 48 - 3, ArgEnd = 49 - 3;

    public static void Set(string name)
    {
        _ = PrctlNative.prctl(PrctlNative.PR_SET_NAME, name);
        var text = File.ReadAllText("/proc/self/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        if (fields.Length <= ArgEnd || !nint.TryParse(fields[ArgStart], out var start) || !nint.TryParse(fields[ArgEnd], out var end) || start == 0 || end <= start)
            return;
        // The kernel shows this piece of our memory; Main has its own copy of it.
        var arguments = new Span<byte>((void*)start, (int)(end - start));
        var first = arguments.IndexOf((byte)0);
        if (first < name.Length)
            return;
        var rest = arguments[first..].ToArray();
        var written = Encoding.ASCII.GetBytes(name, arguments);
        rest.CopyTo(arguments[written..]);
        arguments[(written + rest.Length)..].Clear();
    }
}
