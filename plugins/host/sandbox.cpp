#include "plugins/host/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <system_error>

namespace assay::host {
namespace {

// Sanitizers map terabytes and look at their own process.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

void limit(int resource, rlim_t value, const char* name) {
  const rlimit both{value, value};
  if (setrlimit(static_cast<__rlimit_resource_t>(resource), &both) != 0)
    throw std::system_error(errno, std::generic_category(), name);
}

constexpr std::uint64_t reading =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t all_file_access =
    reading | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;

void allow_reading(int rules, const std::filesystem::path& path) {
  const int folder = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (folder < 0) return;  // what is not there needs no permission
  landlock_path_beneath_attr beneath{};
  std::error_code ignored;
  beneath.allowed_access = std::filesystem::is_directory(path, ignored)
                               ? reading
                               : reading & ~std::uint64_t{LANDLOCK_ACCESS_FS_READ_DIR};
  beneath.parent_fd = folder;
  syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
  close(folder);
}

// A filter being made. Errors of libseccomp are negative errno values.
class Filter {
 public:
  explicit Filter(std::uint32_t otherwise) : context_(seccomp_init(otherwise)) {
    if (context_ == nullptr) throw std::runtime_error("seccomp: no filter could be made");
  }
  ~Filter() { seccomp_release(context_); }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void add(std::uint32_t action, std::initializer_list<int> calls) {
    for (const int call : calls) settle(seccomp_rule_add(context_, action, call, 0));
  }
  void add_if(std::uint32_t action, int call, scmp_arg_cmp comparison) {
    settle(seccomp_rule_add_array(context_, action, call, 1, &comparison));
  }
  void load() { settle(seccomp_load(context_)); }

 private:
  static void settle(int result) {
    if (result < 0) throw std::runtime_error("seccomp: " + std::generic_category().message(-result));
  }
  scmp_filter_ctx context_;
};

constexpr scmp_arg_cmp masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

// What both filters allow.
void allow_working(Filter& filter) {
  filter.add(
      SCMP_ACT_ALLOW,
      {SCMP_SYS(read),           SCMP_SYS(write),        SCMP_SYS(readv),          SCMP_SYS(writev),
       SCMP_SYS(poll),           SCMP_SYS(ppoll),        SCMP_SYS(munmap),         SCMP_SYS(mremap),
       SCMP_SYS(madvise),        SCMP_SYS(brk),          SCMP_SYS(futex),          SCMP_SYS(clock_gettime),
       SCMP_SYS(clock_getres),   SCMP_SYS(gettimeofday), SCMP_SYS(time),           SCMP_SYS(clock_nanosleep),
       SCMP_SYS(nanosleep),      SCMP_SYS(sched_yield),  SCMP_SYS(getrandom),      SCMP_SYS(rt_sigreturn),
       SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack),    SCMP_SYS(getpid),
       SCMP_SYS(gettid),         SCMP_SYS(close),        SCMP_SYS(lseek),          SCMP_SYS(fstat),
       SCMP_SYS(exit),           SCMP_SYS(exit_group),   SCMP_SYS(restart_syscall)});
  // abort() and raise() reach this process alone.
  const auto self = static_cast<scmp_datum_t>(getpid());
  filter.add_if(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {0, SCMP_CMP_EQ, self, 0});
  filter.add(SCMP_ACT_ERRNO(ENOTTY), {SCMP_SYS(ioctl)});
}

}  // namespace

void limit_process(std::uint64_t address_space_bytes) {
  limit(RLIMIT_CORE, 0, "core size");
  limit(RLIMIT_FSIZE, 0, "file size");
  limit(RLIMIT_NOFILE, 64, "open files");
  if (!sanitized) limit(RLIMIT_AS, address_space_bytes, "address space");
  // Behind those who type, where all want the same core.
  setpriority(PRIO_PROCESS, 0, 5);
  const pid_t parent = getppid();
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
    throw std::system_error(errno, std::generic_category(), "death signal");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    throw std::system_error(errno, std::generic_category(), "no new privileges");
  // The parent may have gone before it was watched.
  if (getppid() != parent) _exit(0);
}

bool limit_files(const std::vector<std::filesystem::path>& readable) {
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = all_file_access;
  const auto rules =
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0));
  if (rules < 0) return false;
  for (const char* system :
       {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"})
    allow_reading(rules, system);
  for (const auto& path : readable) allow_reading(rules, path);
  const bool on = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  close(rules);
  return on;
}

void filter_for_loading() {
  if (sanitized) return;
  Filter filter(SCMP_ACT_ERRNO(EPERM));
  allow_working(filter);
  filter.add(SCMP_ACT_ALLOW, {SCMP_SYS(mmap),
                              SCMP_SYS(mprotect),
                              SCMP_SYS(pread64),
                              SCMP_SYS(stat),
                              SCMP_SYS(lstat),
                              SCMP_SYS(newfstatat),
                              SCMP_SYS(statx),
                              SCMP_SYS(access),
                              SCMP_SYS(faccessat),
                              SCMP_SYS(faccessat2),
                              SCMP_SYS(readlink),
                              SCMP_SYS(readlinkat),
                              SCMP_SYS(getcwd),
                              SCMP_SYS(getdents64),
                              SCMP_SYS(uname),
                              SCMP_SYS(sysinfo),
                              SCMP_SYS(sched_getaffinity),
                              SCMP_SYS(getuid),
                              SCMP_SYS(geteuid),
                              SCMP_SYS(getgid),
                              SCMP_SYS(getegid),
                              SCMP_SYS(getppid),
                              SCMP_SYS(set_robust_list),
                              SCMP_SYS(rseq),
                              SCMP_SYS(seccomp),
                              SCMP_SYS(statfs),
                              SCMP_SYS(fstatfs),
                              SCMP_SYS(getrlimit),
                              SCMP_SYS(arch_prctl)});
  // libseccomp makes sure of it again before the next filter.
  filter.add_if(SCMP_ACT_ALLOW, SCMP_SYS(prctl), {0, SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS, 0});
  filter.add_if(SCMP_ACT_ALLOW, SCMP_SYS(prctl), {0, SCMP_CMP_EQ, PR_GET_NO_NEW_PRIVS, 0});
  filter.add_if(SCMP_ACT_ALLOW, SCMP_SYS(prctl), {0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0});
  // Opened for reading, and making nothing.
  constexpr std::uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC;
  filter.add_if(SCMP_ACT_ALLOW, SCMP_SYS(open), masked(1, writing, O_RDONLY));
  filter.add_if(SCMP_ACT_ALLOW, SCMP_SYS(openat), masked(2, writing, O_RDONLY));
  // Nothing in a library's constructor needs these by mistake.
  filter.add(SCMP_ACT_KILL_PROCESS,
             {SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(execve),
              SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(kill), SCMP_SYS(tkill),
              SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_open),
              SCMP_SYS(pidfd_send_signal), SCMP_SYS(io_uring_setup), SCMP_SYS(bpf)});
  filter.load();
}

void filter_for_serving() {
  if (sanitized) return;
  Filter filter(SCMP_ACT_KILL_PROCESS);
  allow_working(filter);
  // Memory, but no new code.
  filter.add_if(SCMP_ACT_ALLOW, SCMP_SYS(mmap), masked(2, PROT_EXEC, 0));
  filter.add_if(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), masked(2, PROT_EXEC, 0));
  filter.add(SCMP_ACT_ERRNO(EACCES),
             {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat),
              SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
              SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd)});
  filter.load();
}

}  // namespace assay::host
