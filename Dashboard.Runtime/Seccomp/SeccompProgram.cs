namespace Dashboard.Runtime.Seccomp;

/// <summary>A compiled filter in native memory, ready for seccomp(SECCOMP_SET_MODE_FILTER, Flags, FprogPointer). It lives as long as the process.</summary>
internal readonly record struct SeccompProgram(nint FprogPointer, uint Flags);
