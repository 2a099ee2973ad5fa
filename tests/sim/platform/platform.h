/* platform.h -- the rooms above src/platform on a computer that is made of memory and a seed.
 *
 * A program that links file.c, thread.c and clock.c of this folder has these in place of those of
 * src/platform: the store with its threads, and all else, then runs on one thread of the system,
 * touches no disk, and does the same again from the same seed.
 *
 * Processes are numbers: each has a disk, on which the paths that begin with "/<number>/" are, and
 * a clock. The caller is in one process at a time; threads are in that which started them.
 *
 *   disk    bytes that were written and not synced are told apart, names likewise; a crash keeps
 *           or drops them, or tears one at a sector
 *   thread  a fiber: it runs until it waits for a lock, a condition or a thread, or, by chance,
 *           where it might have to. Who goes on is chosen from the seed
 *   clock   time passes as the caller says; where all wait, the earliest deadline is what comes
 *
 * Threads: one. Memory that lacks aborts, as does a deadlock. */
#ifndef SIM_PLATFORM_H
#define SIM_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIM_PROCESS_COUNT_MAX = 136 };

/* Empty disks, time 0. No thread runs and no file is open any more. */
void sim_platform_reset(uint64_t seed);
/* Of the platform's own sequence: below `bound`. */
uint64_t sim_platform_random(uint64_t bound);

/* ---- Threads and time --------------------------------------------------------------------- */

/* Whose the caller's next calls are; gives who it was before. */
unsigned sim_process_enter(unsigned process);
/* Moves time forward, and lets all threads run until each of them waits. */
void sim_platform_run(uint64_t now_ns);
/* What the wall clock of a process says; NULL = time itself. */
void sim_platform_set_wall(uint64_t (*wall_ns)(void *context, unsigned process), void *context);

/* ---- Disks -------------------------------------------------------------------------------- */

/* What goes wrong on a disk; all zero = nothing. Chances are per million of calls. */
typedef struct sim_disk_faults {
    uint64_t size_max; /* of all files together, then ENOSPC; 0 = no bound */
    uint32_t write_fails;
    uint32_t write_falls_short; /* and fails */
    uint32_t sync_fails;
    bool is_read_only;
    uint64_t calls_left; /* changing calls until it is dead, that one half done; 0 = never */
    bool is_dead;        /* nothing that is done reaches it: a crash, before the process knows */
} sim_disk_faults;

sim_disk_faults *sim_disk(unsigned process);
/* Calls so far that change something. */
uint64_t sim_disk_call_count(unsigned process);
/* What is there after the process has ended: of what was not synced all where the machine went on,
 * else what chance leaves. Clears the faults. No file of the disk is open. */
void sim_disk_crash(unsigned process, bool is_power_lost);
/* Puts a copy of what `from` has in place of what `to` has; both closed. */
void sim_disk_copy(unsigned from, unsigned to);
/* Exchanges what two have: both closed. */
void sim_disk_swap(unsigned left, unsigned right);
/* Flips a bit in the newest place where `needle` is in a file whose path has `part` in it; false =
 * nowhere. */
bool sim_disk_flip(unsigned process, const char *part, const void *needle, size_t needle_size);
/* Flips a bit anywhere in a file whose path has `part` in it; false = there is none. */
bool sim_disk_flip_any(unsigned process, const char *part);

/* ---- What lacks --------------------------------------------------------------------------- */

/* Chances per million of calls. */
typedef struct sim_lack {
    uint32_t memory;      /* an allocation gives nothing */
    uint32_t descriptors; /* a file or folder is not opened: EMFILE */
    uint32_t threads;     /* a thread is not started: EAGAIN */
    uint64_t count;       /* out: calls that failed so */
} sim_lack;

sim_lack *sim_lack_of(unsigned process);
/* Between the two the caller is in the library, and what a process lacks is not there for it; the
 * caller's own allocations never fail. Otherwise sim_process_enter. */
unsigned sim_library_enter(unsigned process);
void sim_library_leave(void);

#endif
