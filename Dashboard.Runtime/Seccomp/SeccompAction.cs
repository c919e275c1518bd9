namespace Dashboard.Runtime.Seccomp;

/// <summary>OCI action names to the return values of a filter (seccomp(2), "SECCOMP_RET_*").</summary>
internal static class SeccompAction
{
    public const uint Allow = 0x7fff0000;
    public const uint Errno = 0x00050000;
    public const uint NoSuchCall = Errno | ENOSYS;

    private const uint ENOSYS = 38;
    private const uint EPERM = 1;

    public static uint Parse(string action, uint? errno) => action switch
    {
        "SCMP_ACT_ALLOW" => Allow,
        "SCMP_ACT_ERRNO" => Errno | (errno ?? EPERM) & 0xffff,
        "SCMP_ACT_TRACE" => 0x7ff00000 | (errno ?? EPERM) & 0xffff,
        "SCMP_ACT_LOG" => 0x7ffc0000,
        "SCMP_ACT_TRAP" => 0x00030000,
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0x00000000,
        "SCMP_ACT_KILL_PROCESS" => 0x80000000,
        _ => throw new InvalidDataException($"seccomp: action {action} is not known; use SCMP_ACT_ALLOW, _ERRNO, _LOG, _TRAP, _TRACE, _KILL_PROCESS or _KILL_THREAD"),
    };
}
