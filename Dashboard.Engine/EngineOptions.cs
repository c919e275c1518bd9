using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Engine;

/// <summary>
/// Where one engine instance lives and what it owns. Everything with a global name (bridge, nftables table, cgroup
/// parent, address pool) derives from <see cref="RunRoot"/> unless set, so that several instances share one host.
/// </summary>
public sealed class EngineOptions
{
    public const string DefaultDataRoot = "/var/lib/dashboard";
    public const string DefaultRunRoot = "/run/dashboard";

    /// <summary>Durable state: engine.db, content store, snapshots, containers/&lt;id&gt;.</summary>
    public required string DataRoot { get; init; }

    /// <summary>State of this boot: sockets, bundles (containers/&lt;id&gt;), bin/&lt;sha256&gt;.</summary>
    public required string RunRoot { get; init; }

    /// <summary>The dashboard-runtime binary to copy to <c>RunRoot/bin/&lt;sha256&gt;</c>.</summary>
    public required string RuntimeBinary { get; init; }

    public Images.Registry.RegistryOptions Registry { get; init; } = new();

    /// <summary>Containers normally outlive the engine.</summary>
    public bool StopContainersOnExit { get; init; }

    /// <summary>Empty for the instance in the default run-root, else <c>-</c> and eight hex digits of its hash.</summary>
    public string InstanceSuffix => RunRoot == DefaultRunRoot ? "" : "-" + Convert.ToHexStringLower(RunRootHash.AsSpan(0, 4));

    /// <summary>At most 15 bytes, as all interface names (IFNAMSIZ).</summary>
    public string BridgeName { get => field ?? (RunRoot == DefaultRunRoot ? "dash0" : "dash" + Convert.ToHexStringLower(RunRootHash.AsSpan(0, 4))); init; }

    public string NftTable { get => field ?? "dashboard" + InstanceSuffix.Replace('-', '_'); init; }

    /// <summary>Under the root of every hierarchy (v1) or of the unified one (v2), with a leading slash.</summary>
    public string CgroupParent { get => field ?? "/dashboard" + InstanceSuffix; init; }

    /// <summary>The default bridge's subnet; null takes the first free /16 of Docker's pools (172.18-31, then 192.168 /20) for this instance.</summary>
    public IPNetwork? BridgeSubnet { get; init; }

    private byte[] RunRootHash => field ??= SHA256.HashData(Encoding.UTF8.GetBytes(RunRoot));

    /// <param name="id">The container.</param>
    /// <param name="parent">Its own <c>--cgroup-parent</c>, or empty. Whatever it says, it is below the root.</param>
    public string ContainerCgroup(string id, string parent) => $"{(parent is "" ? CgroupParent : Path.GetFullPath("/" + parent).TrimEnd('/'))}/{id}";
    public string ContainerDataDir(string id) => Path.Combine(DataRoot, "containers", id);
    /// <summary>The live segment of the json-file log.</summary>
    public string ContainerLog(string id) => Path.Combine(ContainerDataDir(id), id + "-json.log");
    public string BundleDir(string id) => Path.Combine(RunRoot, "containers", id);
}
