namespace Dashboard.Engine.Containers.Spec;

/// <summary>The variables of a container's processes.</summary>
internal static class ProcessEnvironment
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static IReadOnlyList<string> Of(string hostname, bool tty, string home, params IReadOnlyList<string>?[] overrides)
    {
        var variables = new List<string> { DefaultPath, $"HOSTNAME={hostname}" };
        if (tty)
            variables.Add("TERM=xterm");
        foreach (var variable in overrides.SelectMany(list => list ?? []))
            Set(variables, variable);
        if (!variables.Exists(variable => variable.StartsWith("HOME=", StringComparison.Ordinal)))
            variables.Add($"HOME={home}");
        return variables;
    }

    /// <summary>A name without a value takes the variable away, as in dockerd.</summary>
    private static void Set(List<string> variables, string variable)
    {
        var separator = variable.IndexOf('=');
        var prefix = separator < 0 ? variable + "=" : variable[..(separator + 1)];
        var index = variables.FindIndex(known => known.StartsWith(prefix, StringComparison.Ordinal));
        if (separator < 0 && index >= 0)
            variables.RemoveAt(index);
        else if (separator >= 0 && index >= 0)
            variables[index] = variable;
        else if (separator >= 0)
            variables.Add(variable);
    }
}
