/* commands.h -- every command's table; each stands at the end of the file of its name. */
#ifndef APHORIA_COMMANDS_H
#define APHORIA_COMMANDS_H

#include "common/command.h"

extern const program aphoria_program;

extern const command command_version;
extern const command command_init;
extern const command command_ack;
extern const command command_rules;
extern const command command_explain;
extern const command command_corpus;
extern const command command_scan;
extern const command command_hook;
extern const command command_findings;
extern const command command_drift;
extern const command command_bless;
extern const command command_baseline;
extern const command command_diff;
extern const command command_claims;
extern const command command_status;

#endif
