/* steme keygen -- a new key pair in a file, and the agent id that others know it by. */
#include "steme/commands.h"

static int run(const arguments *given)
{
    steme_error error = {0};
    steme_key key;
    const char *path = given->operands[0];
    steme_key_generate(&key);
    steme_status status = steme_key_save(path, &key, &error);
    steme_agent agent = key.agent;
    steme_key_wipe(&key);
    if (status == STEME_EXISTS) {
        terminal_report("exists already: %s; choose another name, a key is never overwritten",
                        path);
        return COMMAND_USAGE;
    }
    if (status != STEME_OK) {
        return command_fail(&error);
    }
    text_buffer line = TEXT_EMPTY;
    text_append_hex(&line, agent.bytes, sizeof agent.bytes);
    puts(text_get(&line));
    text_deinit(&line);
    return COMMAND_DONE;
}

static const arguments_option options[] = {{.name = NULL}};

static const char *const examples[] = {
    "steme keygen alice.key",
    "export STEME_KEY=alice.key",
    NULL,
};

const command command_keygen = {
    .name = "keygen",
    .operands = "FILE",
    .summary = "make a key that signs, and print its agent id",
    .details =
        "Writes an Ed25519 key to FILE with mode 0600; a file that exists is never\n"
        "overwritten. Who has the file can sign as this agent: keep it, and keep it secret.\n",
    .options = options,
    .examples = examples,
    .operand_count_min = 1,
    .operand_count_max = 1,
    .run = run,
};
