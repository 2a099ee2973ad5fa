/* settings_table.h -- what all configuration files of a tree say of a key, for code that reads it:
 * getProperty("hashAlg") is MD5 where a .properties file says so.
 *
 * Of the files that have the key those count that are nearest to the code: folders that are there
 * for configuration (src/main/resources, config) stand for the one that they are in. Of these,
 * files for development, tests or as an example count only where no other has the key.
 *
 * Threads: made by one thread, then read by any. */
#ifndef APHORIA_SETTINGS_TABLE_H
#define APHORIA_SETTINGS_TABLE_H

#include "aphoria/evaluate/value.h"
#include "aphoria/syntax/language.h"

typedef struct settings_table settings_table;

settings_table *settings_table_create(void);
/* Accepts NULL. */
void settings_table_destroy(settings_table *self);

/* Adds every setting of a file. Beyond 100,000 settings nothing is added. */
void settings_table_add(settings_table *self, const char *path, language of, const char *bytes,
                        size_t size);

/* The value for code in the file `from`; several files that differ make it one of several, which is
 * `memory`'s. NULL = no file has the key. */
const value *settings_table_find(const settings_table *self, const char *key, const char *from,
                                 arena *memory);

#endif
