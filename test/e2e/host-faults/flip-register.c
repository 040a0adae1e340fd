/* Flips one bit in a register of a thread of another process, which is stopped for it and goes on afterwards.
 *
 *   flip-register THREAD general|float BIT
 *
 * BIT counts through the whole register set and wraps at its end. Prints what was done, or why nothing was.
 * Sources: ptrace(2); the sets are those of core files (NT_PRSTATUS, NT_PRFPREG in elf.h), so it builds anywhere. */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int fail(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  /* The thread may be gone or about to be (EPERM), or be in a call in which its registers can't be changed. */
  return errno == ESRCH || errno == EIO || errno == EPERM ? 2 : 1;
}

int main(int argc, char **argv) {
  static unsigned char registers[4096];
  struct iovec set = {registers, sizeof registers};
  if (argc != 4) return 1;
  pid_t thread = (pid_t)atol(argv[1]);
  long kind = strcmp(argv[2], "float") == 0 ? NT_PRFPREG : NT_PRSTATUS;
  unsigned long bit = strtoul(argv[3], NULL, 10);
  int status = 0;

  if (ptrace(PTRACE_SEIZE, thread, NULL, NULL) != 0) return fail("seize");
  if (ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) != 0) return fail("interrupt");
  if (waitpid(thread, &status, __WALL) != thread) return fail("wait");
  if (!WIFSTOPPED(status)) {
    printf("the thread has ended\n");
    return 2;
  }
  if (ptrace(PTRACE_GETREGSET, thread, (void *)kind, &set) != 0) return fail("read");
  bit %= set.iov_len * 8;
  registers[bit / 8] ^= (unsigned char)(1u << (bit % 8));
  int result = 0;
  if (ptrace(PTRACE_SETREGSET, thread, (void *)kind, &set) != 0) result = fail("write");
  else printf("%s register word %lu bit %lu\n", argv[2], bit / 64, bit % 64);
  ptrace(PTRACE_DETACH, thread, NULL, NULL);
  return result;
}
