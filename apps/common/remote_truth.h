/* remote_truth.h -- models of who is to be believed, from a node.
 *
 * Threads: as rpc_reader. */
#ifndef COMMON_REMOTE_TRUTH_H
#define COMMON_REMOTE_TRUTH_H

#include "common/rpc_reader.h"
#include "common/truth_models.h"

/* As truth_models_answer. */
STEME_MUST_CHECK steme_status remote_truth_ask(rpc_channel *channel, const truth_question *question,
                                               steme_truth_model **out_model, text_buffer *out_path,
                                               steme_error *error);

#endif
