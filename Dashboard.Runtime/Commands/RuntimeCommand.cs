using System.Text;
using Dashboard.Linux;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Commands;

/// <summary>The verbs of the executable. Messages go to stderr by write(2): the Console class would start a signal thread.</summary>
internal static class RuntimeCommand
{
    public static int Run(string[] args)
    {
        try
        {
            if (args is ["run" or "exec" or "shim", ..])
                SealedSelf.Ensure();
            return args switch
            {
                ["run", ..] => BundleCommand.Run(CommandLine.Parse(args[1..])),
                ["exec", ..] => BundleCommand.Exec(CommandLine.Parse(args[1..])),
                ["shim", "--bundle", var bundle] => Shim.ShimProgram.Run(bundle),
                ["stress-clone", var count] => CloneStress.Run(int.Parse(count)),
                ["--version"] => Print(1, $"dashboard-runtime {typeof(RuntimeCommand).Assembly.GetName().Version?.ToString(3)}\nspec: 1.0.2\n"),
                _ => Print(2, "dashboard-runtime: use run --bundle DIR ID, exec --process FILE ID, or --version\n") + 1,
            };
        }
        catch (LaunchException error)
        {
            Print(2, $"dashboard-runtime: {error.Message}\n");
            return error.ExitCode;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or System.Text.Json.JsonException or UnauthorizedAccessException)
        {
            Print(2, $"dashboard-runtime: {error.Message}\n");
            return 128;
        }
    }

    private static unsafe int Print(int fd, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* data = bytes)
            _ = Unistd.write(fd, data, (nuint)bytes.Length);
        return 0;
    }
}
