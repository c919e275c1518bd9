namespace Dashboard.Client.Features.Run;

/// <summary>What is being typed on the run page; <see cref="RunReader"/> makes a <see cref="RunPlan"/> of it.</summary>
public sealed class RunForm
{
    public string Image { get; set; } = "";
    public string Name { get; set; } = "";
    /// <summary>Words as a shell reads them; empty for the image's own command.</summary>
    public string Command { get; set; } = "";
    public List<PortRow> Ports { get; } = [];
    public List<VariableRow> Variables { get; } = [];
    public List<MountRow> Mounts { get; } = [];
    public string Memory { get; set; } = "";
    public string Cpus { get; set; } = "";
    /// <summary>no, always, unless-stopped or on-failure.</summary>
    public string Restart { get; set; } = RunPlan.NoRestart;
    public string Retries { get; set; } = "";
    public string Network { get; set; } = RunPlan.Bridge;
    public bool Tty { get; set; }
    public bool Interactive { get; set; }
    public bool RemoveAtExit { get; set; }
}
