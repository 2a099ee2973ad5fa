/* path_pattern.h -- patterns for dotted paths: which calls, names and settings a rule is about.
 *
 *   requests.get            that path
 *   requests.{get,post}     either
 *   *.execute               execute of anything, or alone
 *   javax.crypto.*.init     * within: any one name, or part of one (get*)
 *
 * Lifetime: the arena's. */
#ifndef APHORIA_PATH_PATTERN_H
#define APHORIA_PATH_PATTERN_H

#include "common/arena.h"

/* The alternatives of `pattern`, without braces, ended by NULL; NULL where its braces do not match,
 * or there are more than 200. */
const char *const *path_pattern_expand(arena *memory, const char *pattern);

/* Whether the path is one that the pattern (without braces) names. With `is_open` the pattern's
 * first names may be missing in the path: java.io.File.new is File.new where a file imports all of
 * java.io. */
int path_pattern_matches(const char *pattern, const char *path, int is_open);

/* The last name of a pattern or path; NULL where it has a * in it. */
const char *path_pattern_last(const char *pattern);

#endif
