// What a shell cannot ask: errnos of single system calls, memory, forks, the runtime's own file. Static, no arguments of the host.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long attempt(const char *name) {
    errno = 0;
    if (!strcmp(name, "unshare")) return syscall(SYS_unshare, CLONE_NEWUSER);
    if (!strcmp(name, "keyctl")) return syscall(SYS_keyctl, 0, -3, 0);
    if (!strcmp(name, "mount")) return mount("none", "/nowhere", "tmpfs", 0, "");
    if (!strcmp(name, "clone-user")) return syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    if (!strcmp(name, "clone3")) return syscall(SYS_clone3, 0, 0);
    if (!strcmp(name, "vsock")) return socket(40, SOCK_STREAM, 0);
    if (!strcmp(name, "inet")) return socket(AF_INET, SOCK_STREAM, 0);
    if (!strcmp(name, "personality-linux32")) return syscall(SYS_personality, 8);
    if (!strcmp(name, "personality-other")) return syscall(SYS_personality, 0x0040000);
    if (!strcmp(name, "chroot")) return chroot("/nowhere");
    if (!strcmp(name, "open_by_handle_at")) return syscall(SYS_open_by_handle_at, -1, 0, 0);
    if (!strcmp(name, "bpf")) return syscall(SYS_bpf, 0, 0, 0);
    if (!strcmp(name, "io_uring_setup")) return syscall(425, 1, 0);
    if (!strcmp(name, "both-arguments")) return syscall(SYS_getpriority, 0, 4242);
    if (!strcmp(name, "first-argument")) return syscall(SYS_getpriority, 0, 0);
    if (!strcmp(name, "second-argument")) return syscall(SYS_getpriority, 1, 4242);
    if (!strcmp(name, "high-word")) return syscall(SYS_getpriority, 0x100000000L, 4242);
    errno = 9999;
    return -1;
}

static int descriptors(void) {
    DIR *directory = opendir("/proc/self/fd");
    struct dirent *entry;
    while (directory && (entry = readdir(directory)))
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(directory)) printf("%s\n", entry->d_name);
    return 0;
}

static int hog(long mebibytes) {
    for (long i = 0; i < mebibytes; i++) memset(malloc(1 << 20), 1, 1 << 20);
    puts("survived");
    return 0;
}

static int forks(int wanted) {
    pid_t *all = calloc(wanted, sizeof *all);
    int made = 0, error = 0;
    for (; made < wanted; made++) {
        all[made] = fork();
        if (all[made] == 0) { pause(); _exit(0); }
        if (all[made] < 0) { error = errno; break; }
    }
    for (int i = 0; i < made; i++) kill(all[i], SIGKILL);
    printf("%d %d\n", made, error);
    return 0;
}

// CPU milliseconds that one second of wall time brings.
static int burn(void) {
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - start.tv_sec) * 1000000000L + now.tv_nsec - start.tv_nsec < 1000000000L);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    printf("%ld\n", now.tv_sec * 1000 + now.tv_nsec / 1000000);
    return 0;
}

// Waits until nobody executes the file (ETXTBSY ends), at most for ten seconds, then appends to it.
static int overwrite(const char *path) {
    puts("ready");
    fflush(stdout);
    for (int i = 0; i < 1000; i++) {
        int fd = open(path, O_WRONLY | O_APPEND);
        if (fd >= 0) return puts(write(fd, "pwned", 5) == 5 ? "written" : "opened") < 0;
        if (errno != ETXTBSY) return printf("refused %d\n", errno) < 0;
        usleep(10000);
    }
    puts("refused 26");
    return 0;
}

int main(int argc, char **argv) {
    const char *verb = argc > 1 ? argv[1] : "";
    if (!strcmp(verb, "errno")) {
        for (int i = 2; i < argc; i++) {
            long result = attempt(argv[i]);
            int error = result < 0 ? errno : 0;
            if (!strcmp(argv[i], "clone-user") && result == 0) _exit(0);
            printf("%s=%d\n", argv[i], error);
        }
        return 0;
    }
    if (!strcmp(verb, "open")) {
        for (int i = 2; i < argc; i++) {
            int fd = open(argv[i], O_RDONLY | O_NONBLOCK);
            printf("%s=%d\n", argv[i], fd < 0 ? errno : 0);
        }
        return 0;
    }
    if (!strcmp(verb, "keyring")) return printf("%ld\n", syscall(SYS_keyctl, 0, -3, 0)) < 0;
    if (!strcmp(verb, "descriptors")) return descriptors();
    if (!strcmp(verb, "hog")) return hog(atol(argv[2]));
    if (!strcmp(verb, "forks")) return forks(atoi(argv[2]));
    if (!strcmp(verb, "burn")) return burn();
    if (!strcmp(verb, "overwrite")) return overwrite(argv[2]);
    return 2;
}
