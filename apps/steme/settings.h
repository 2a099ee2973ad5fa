/* settings.h -- what `serve` was told: its options, the environment, then --config FILE.
 *
 * The file's values become options that were not given, so that everything that reads options
 * needs to know of no file.
 *
 * Threads:  the main thread's.
 * Lifetime: settings_read … settings_free; the options given outlive it. */
#ifndef STEME_SETTINGS_H
#define STEME_SETTINGS_H

#include "common/arguments.h"
#include "steme/server/config.h"

typedef struct settings {
    arguments merged; /* to be read in place of the options given */
    config file;      /* empty where there is none */
} settings;

/* 1, or 0 after a report; there is nothing to free then. */
int settings_read(const arguments *given, settings **out_settings);
/* Accepts NULL. */
void settings_free(settings *self);

/* Whether both say the same but for peers and certificates: what a running node can change. */
int settings_is_alike(const settings *left, const settings *right);

#endif
