/* test_path.h -- which files are tests or examples: what they claim is not claimed of production.
 *
 * A folder or a file's name says so, by the customs of each language's test runners; documentation
 * and what lies in examples counts with them. Paths are
 * taken from the root that is scanned, so that who scans a folder of tests by name sees all of it.
 *
 * There a secret is still a secret, and may be a real one: the surest are flagged, none blocks.
 * Anything else stays below what is flagged. */
#ifndef APHORIA_TEST_PATH_H
#define APHORIA_TEST_PATH_H

#include "aphoria/scan/observation.h"

/* `path` is relative, '/' between its names. */
int test_path_is(const char *path);

/* Marks what was seen in tests, and takes its confidence down. */
void test_path_weigh(observations *seen);

#endif
