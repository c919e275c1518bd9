using System.Globalization;

namespace Dashboard.Client.Features.Run;

/// <summary>The docker command that does what the form does.</summary>
public static class RunCommandLine
{
    /// <summary>The words of the command, unquoted.</summary>
    public static IReadOnlyList<string> Words(RunPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return ["docker", .. Groups(plan).SelectMany(group => group)];
    }

    /// <summary>Quoted for a POSIX shell, on one line; a value with a line break keeps it inside its quotes.</summary>
    public static string Of(RunPlan plan) => string.Join(' ', Words(plan).Select(ShellWords.Quote));

    /// <summary>The same with an option a line, to be read.</summary>
    public static string Folded(RunPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return "docker " + string.Join(" \\\n  ", Groups(plan).Select(group => string.Join(' ', group.Select(ShellWords.Quote))));
    }

    private static IEnumerable<string[]> Groups(RunPlan plan)
    {
        yield return ["run", "-d", .. plan.Interactive ? ["-i"] : (string[])[], .. plan.Tty ? ["-t"] : (string[])[], .. plan.RemoveAtExit ? ["--rm"] : (string[])[]];
        if (plan.Name is { } name)
            yield return ["--name", name];
        foreach (var port in plan.Ports)
            yield return ["-p", port.ToString()];
        foreach (var variable in plan.Environment)
            yield return ["-e", variable];
        foreach (var bind in plan.Binds)
            yield return ["-v", bind];
        if (plan.Memory > 0)
            yield return ["-m", SizeText.Of(plan.Memory)];
        if (plan.NanoCpus > 0)
            yield return ["--cpus", (plan.NanoCpus / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture)];
        if (plan.Restart != RunPlan.NoRestart)
            yield return ["--restart", plan.Retries > 0 ? $"{plan.Restart}:{plan.Retries}" : plan.Restart];
        if (plan.Network != RunPlan.Bridge)
            yield return ["--network", plan.Network];
        yield return [plan.Image, .. plan.Command];
    }
}
