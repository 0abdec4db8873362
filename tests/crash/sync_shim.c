/* Loaded in front of libc by the power-cut test: notes in a shared table how many bytes of each file were
 * synced, and makes every sync slow, so that much is on its way whenever the process is killed.
 *
 *   SHIM_TABLE     the file that holds the table: {device, inode, synced bytes}, u64 each; it outlives the
 * process SHIM_DELAY_US  how long a sync takes at least
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct record {
  uint64_t device, inode, synced;
};
enum { records_max = 65536 };

static struct record* table;
static useconds_t delay_us;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static int (*next_open)(const char*, int, ...);
static int (*next_fsync)(int);
static int (*next_fdatasync)(int);

/* ISO C has no conversion from void* to a function; POSIX says that this one works. */
static void look_up(const char* name, void* function) { *(void**)function = dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void start(void) {
  look_up("open", &next_open);
  look_up("fsync", &next_fsync);
  look_up("fdatasync", &next_fdatasync);
  const char* delay = getenv("SHIM_DELAY_US");
  delay_us = delay ? (useconds_t)strtoul(delay, NULL, 10) : 0;
  const char* path = getenv("SHIM_TABLE");
  if (!path) return;
  const int file = next_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, (off_t)(records_max * sizeof(struct record))) != 0) abort();
  table = mmap(NULL, records_max * sizeof(struct record), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (table == MAP_FAILED) abort();
  close(file);
}

/* Files are few; a scan is quick beside a sync. */
static void note(const struct stat* file, uint64_t synced) {
  if (!table || !S_ISREG(file->st_mode)) return;
  pthread_mutex_lock(&mutex);
  for (size_t i = 0; i < records_max; ++i) {
    struct record* record = &table[i];
    if (record->inode == 0 || (record->inode == file->st_ino && record->device == file->st_dev)) {
      record->device = file->st_dev;
      record->synced = synced;
      record->inode = file->st_ino;
      break;
    }
  }
  pthread_mutex_unlock(&mutex);
}

/* A new file may have the inode of one that is gone. */
static int opened(int fd, int flags) {
  struct stat file;
  if (fd >= 0 && (flags & O_CREAT) && fstat(fd, &file) == 0 && file.st_size == 0) note(&file, 0);
  return fd;
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened(next_open(path, flags, mode), flags);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened(next_open(path, flags | O_LARGEFILE, mode), flags);
}

/* What is appended while the sync runs does not count. */
static int synced(int fd, int (*next)(int)) {
  struct stat before;
  const int known = fstat(fd, &before) == 0;
  if (delay_us) usleep(delay_us);
  const int result = next(fd);
  if (result == 0 && known) note(&before, (uint64_t)before.st_size);
  return result;
}

int fsync(int fd) { return synced(fd, next_fsync); }
int fdatasync(int fd) { return synced(fd, next_fdatasync); }
