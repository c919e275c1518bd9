using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>System call numbers (asm/unistd.h) of x86-64 and arm64; only the *at forms, which both have.</summary>
public static class SyscallNumbers
{
    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static readonly int Read = Arm ? 63 : 0;
    public static readonly int Write = Arm ? 64 : 1;
    public static readonly int Close = Arm ? 57 : 3;
    public static readonly int RtSigaction = Arm ? 134 : 13;
    public static readonly int RtSigprocmask = Arm ? 135 : 14;
    public static readonly int Ioctl = Arm ? 29 : 16;
    public static readonly int Getpid = Arm ? 172 : 39;
    public static readonly int Sendmsg = Arm ? 211 : 46;
    public static readonly int Clone = Arm ? 220 : 56;
    public static readonly int Execve = Arm ? 221 : 59;
    public static readonly int Wait4 = Arm ? 260 : 61;
    public static readonly int Kill = Arm ? 129 : 62;
    public static readonly int Chdir = Arm ? 49 : 80;
    public static readonly int Fchdir = Arm ? 50 : 81;
    public static readonly int Fchown = Arm ? 55 : 93;
    public static readonly int Umask = Arm ? 166 : 95;
    public static readonly int Setpgid = Arm ? 154 : 109;
    public static readonly int Setsid = Arm ? 157 : 112;
    public static readonly int Setgroups = Arm ? 159 : 116;
    public static readonly int Setresuid = Arm ? 147 : 117;
    public static readonly int Setresgid = Arm ? 149 : 119;
    public static readonly int Capset = Arm ? 91 : 126;
    public static readonly int RtSigtimedwait = Arm ? 137 : 128;
    public static readonly int Fstatfs = Arm ? 44 : 138;
    public static readonly int PivotRoot = Arm ? 41 : 155;
    public static readonly int Prctl = Arm ? 167 : 157;
    public static readonly int Mount = Arm ? 40 : 165;
    public static readonly int Umount2 = Arm ? 39 : 166;
    public static readonly int Sethostname = Arm ? 161 : 170;
    public static readonly int Setdomainname = Arm ? 162 : 171;
    public static readonly int Getcwd = Arm ? 17 : 79;
    public static readonly int Keyctl = Arm ? 219 : 250;
    public static readonly int ExitGroup = Arm ? 94 : 231;
    public static readonly int Openat = Arm ? 56 : 257;
    public static readonly int Mkdirat = Arm ? 34 : 258;
    public static readonly int Mknodat = Arm ? 33 : 259;
    public static readonly int Fchownat = Arm ? 54 : 260;
    public static readonly int Symlinkat = Arm ? 36 : 266;
    public static readonly int Fchmodat = Arm ? 53 : 268;
    public static readonly int Unshare = Arm ? 97 : 272;
    public static readonly int Dup3 = Arm ? 24 : 292;
    public static readonly int Prlimit64 = Arm ? 261 : 302;
    public static readonly int Setns = Arm ? 268 : 308;
    public static readonly int Seccomp = Arm ? 277 : 317;
    public static readonly int Statx = Arm ? 291 : 332;
    public const int OpenTree = 428;
    public const int MoveMount = 429;
    public const int Clone3 = 435;
    public const int CloseRange = 436;
    public const int Openat2 = 437;
    public const int MountSetattr = 442;
}
