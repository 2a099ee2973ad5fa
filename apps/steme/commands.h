/* commands.h -- every command's table; each stands at the end of the file of its name. */
#ifndef STEME_COMMANDS_H
#define STEME_COMMANDS_H

#include "steme/command.h"

extern const program steme_program;

extern const command command_init;
extern const command command_keygen;
extern const command command_assert;
extern const command command_import;
extern const command command_export;
extern const command command_get;
extern const command command_query;
extern const command command_conflicts;
extern const command command_compare;
extern const command command_lenses;
extern const command command_view;
extern const command command_verify_receipt;
extern const command command_vote;
extern const command command_votes;
extern const command command_endorse;
extern const command command_supersede;
extern const command command_chain;
extern const command command_cascade;
extern const command command_stage;
extern const command command_epoch;
extern const command command_key;
extern const command command_alias;
extern const command command_source;
extern const command command_predicate;
extern const command command_trust;
extern const command command_truth;
extern const command command_what_if;
extern const command command_blast_radius;
extern const command command_stat;
extern const command command_verify;
extern const command command_rebuild;
extern const command command_backup;
extern const command command_forget;
extern const command command_root;
extern const command command_prove;
extern const command command_check_proof;
extern const command command_serve;
extern const command command_sync;
extern const command command_diff;
extern const command command_ping;
extern const command command_peers;
extern const command command_cluster_cert;
extern const command command_version;

#endif
