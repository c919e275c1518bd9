namespace Dashboard.Tests.Shared;

/// <summary>A running engine that speaks the Docker API on a unix socket: the one that we build, or the one that it is measured by.</summary>
internal interface IDockerHost : IAsyncDisposable
{
    string SocketPath { get; }

    /// <summary>Where the engine's network is.</summary>
    TestNetwork Network { get; }

    DockerCli Docker { get; }

    /// <summary>The directories that only this engine uses.</summary>
    string DataRoot { get; }
    string RunRoot { get; }

    /// <summary>Of the daemon's process.</summary>
    int Pid { get; }

    /// <summary>A piece of every cgroup path of this engine and of no other.</summary>
    string CgroupMark { get; }

    /// <summary>It is ours, and held to the stricter of the rules where Docker 20.10 is known to leave something behind.</summary>
    bool IsDashboard { get; }

    /// <summary>The last output of the engine, for the message of a failed test.</summary>
    string LogTail { get; }
}
