/* folder.h -- folders for a while.
 *
 * Threads: the main thread's. */
#ifndef COMMON_FOLDER_H
#define COMMON_FOLDER_H

/* A new, empty folder of this process's own below TMPDIR (or /tmp), its name beginning with
 * `prefix`: free the path. NULL after a report. */
char *folder_make(const char *prefix);

/* Removes a folder with all that is in it, following no link; what cannot be removed stays. */
void folder_remove(const char *path);

#endif
