/* corpus_pack.c -- see corpus_pack.h. */
#include "aphoria/corpus_pack.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aphoria/authority/corpus_records.h"
#include "aphoria/authority/trust_pack.h"
#include "aphoria/claim_store.h"
#include "aphoria/decisions/policy.h"
#include "aphoria/decisions/signer.h"
#include "aphoria/session.h"
#include "common/command.h"
#include "common/file.h"
#include "common/terminal.h"

enum { NAME_SIZE_MAX = 100 };

/* ---- Out ---------------------------------------------------------------------------------- */

static int write_file(const char *path, const text_buffer *text)
{
    int is_stdout = strcmp(path, "-") == 0;
    FILE *file = is_stdout ? stdout : fopen(path, "we");
    int is_written = file != NULL && fwrite(text->bytes, 1, text->size, file) == text->size;
    if (file != NULL && !is_stdout) {
        is_written &= fclose(file) == 0;
    }
    if (!is_written) {
        terminal_report("cannot write: %s: %s; check the path", path, strerror(errno));
    }
    return is_written;
}

static int export_records(const arguments *given, const char *own_name, const steme_append *items,
                          size_t count, const char *path)
{
    steme_error error = {0};
    steme_key key;
    text_buffer text = TEXT_EMPTY;
    const char *name = arguments_text(given, "name");
    name = name == NULL ? own_name : name;
    int exit_code = COMMAND_USAGE;
    if (count == 0) {
        terminal_report("nothing to export; `aphoria bless` makes policies");
        return COMMAND_FAULTS;
    }
    if (!signer_load(given, &key)) {
        return COMMAND_USAGE;
    }
    if (trust_pack_write(name, items, count, &key, &text, &error) != STEME_OK) {
        exit_code = command_fail(&error);
    } else if (write_file(path, &text)) {
        text_buffer line = TEXT_EMPTY;
        text_append_number_of(&line, count, "record", "records");
        text_append(&line, ", signed by ");
        text_append_hex(&line, key.agent.bytes, sizeof key.agent.bytes);
        terminal_note("%s", text_get(&line));
        text_deinit(&line);
        exit_code = COMMAND_DONE;
    }
    steme_key_wipe(&key);
    text_deinit(&text);
    return exit_code;
}

static int export_corpus(const arguments *given, const corpus *said, const char *path)
{
    steme_error error = {0};
    steme_key key;
    corpus_key(&key);
    record_batch *batch = text_allocate(sizeof *batch);
    *batch = (record_batch){.key = &key};
    int exit_code = COMMAND_USAGE;
    if (corpus_collect(said, batch, &error) == STEME_OK) {
        exit_code = export_records(given, "aphoria", batch->items, batch->count, path);
    } else {
        exit_code = command_fail(&error);
    }
    record_batch_deinit(batch);
    free(batch);
    steme_key_wipe(&key);
    return exit_code;
}

static int export_policies(const arguments *given, const corpus *said, const char *path)
{
    project of;
    policy_list policies = {0};
    team_records records = {0};
    int exit_code = COMMAND_USAGE;
    team_records_begin(&records, NULL);
    if (project_open(&of, ".") && policy_list_read(&policies, &of, said)) {
        policy_list_add_to(&policies, &records);
        exit_code = export_records(given, of.name, records.items, records.count, path);
    }
    team_records_deinit(&records);
    policy_list_close(&policies);
    project_close(&of);
    return exit_code;
}

int corpus_export(const arguments *given, const corpus *said, const char *path)
{
    return arguments_has(given, "policy") ? export_policies(given, said, path)
                                          : export_corpus(given, said, path);
}

/* ---- In ----------------------------------------------------------------------------------- */

static void note_pack(const trust_pack *pack)
{
    text_buffer line = TEXT_EMPTY;
    text_append_format(&line, "pack %s: ", pack->name);
    text_append_number_of(&line, pack->count, "record", "records");
    for (uint32_t i = 0; i < pack->head.signer_count; i++) {
        text_append(&line, i == 0 ? ", signed by " : " and ");
        text_append_hex(&line, steme_record_signer(&pack->head, i), STEME_AGENT_SIZE);
    }
    terminal_note("%s", text_get(&line));
    text_deinit(&line);
}

static int import_to_place(const arguments *given, const trust_pack *pack)
{
    steme_error error = {0};
    team_records records = {0};
    claim_store where;
    int exit_code = COMMAND_USAGE;
    team_records_begin(&records, &pack->head.id);
    trust_pack_add_to(pack, &records);
    if (claim_store_open_writer(&where, given, "", &exit_code)) {
        exit_code = team_records_submit(&records, where.records, &error) == STEME_OK
                        ? COMMAND_DONE
                        : command_fail(&error);
    }
    claim_store_close(&where);
    team_records_deinit(&records);
    return exit_code;
}

/* ---- Into the project --------------------------------------------------------------------- */

/* .aphoria/packs/NAME.jsonl, of a name that is anybody's. */
static void append_path(text_buffer *to, const project *of, const char *name)
{
    text_append_format(to, "%s/packs/", of->folder);
    for (size_t i = 0; i < NAME_SIZE_MAX && name[i] != '\0'; i++) {
        int is_plain = isalnum((unsigned char)name[i]) || name[i] == '-' || name[i] == '_' ||
                       (name[i] == '.' && i > 0);
        text_append_bytes(to, is_plain ? &name[i] : "_", 1);
    }
    text_append(to, ".jsonl");
}

static int make_folder(const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST) {
        return 1;
    }
    terminal_report("cannot make: %s: %s; check the folder", path, strerror(errno));
    return 0;
}

/* All of it or nothing: a new file takes the old one's place. */
static int copy_file(const char *path, const uint8_t *bytes, size_t size)
{
    text_buffer part = TEXT_EMPTY;
    text_append_format(&part, "%s.part", path);
    unlink(text_get(&part));
    FILE *file = fopen(text_get(&part), "wxe");
    int is_written = file != NULL && fwrite(bytes, 1, size, file) == size && fflush(file) == 0 &&
                     fsync(fileno(file)) == 0;
    is_written &= file != NULL && fclose(file) == 0;
    is_written = is_written && rename(text_get(&part), path) == 0;
    if (!is_written) {
        terminal_report("cannot write: %s: %s; check the folder", path, strerror(errno));
        unlink(text_get(&part));
    }
    text_deinit(&part);
    return is_written;
}

static int copy_to_project(const project *of, const trust_pack *pack, const uint8_t *bytes,
                           size_t size)
{
    text_buffer path = TEXT_EMPTY;
    int is_copied = 0;
    text_append_format(&path, "%s/packs", of->folder);
    if (make_folder(of->folder) && make_folder(text_get(&path))) {
        text_clear(&path);
        append_path(&path, of, pack->name);
        is_copied = copy_file(text_get(&path), bytes, size);
    }
    if (is_copied) {
        terminal_note("%s: commit it", text_get(&path));
    }
    text_deinit(&path);
    return is_copied ? COMMAND_DONE : COMMAND_USAGE;
}

static int import_to_project(const trust_pack *pack, const char *path, const uint8_t *bytes,
                             size_t size)
{
    project of;
    int exit_code = COMMAND_USAGE;
    if (project_open(&of, ".") && session_is_trusted(&of, pack, path)) {
        exit_code = copy_to_project(&of, pack, bytes, size);
    }
    project_close(&of);
    return exit_code;
}

int corpus_import(const arguments *given, const char *path)
{
    trust_pack pack;
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (!arguments_has(given, "project") && !claim_store_is_named(given)) {
        terminal_report("import to where? give --db, --server or --project");
        return COMMAND_USAGE;
    }
    if (!file_read(path, TRUST_PACK_SIZE_MAX, &bytes, &size)) {
        return COMMAND_USAGE;
    }
    int exit_code = COMMAND_FAULTS;
    if (trust_pack_parse(&pack, path, (steme_span){bytes, size})) {
        note_pack(&pack);
        exit_code = arguments_has(given, "project") ? import_to_project(&pack, path, bytes, size)
                                                    : import_to_place(given, &pack);
    }
    trust_pack_deinit(&pack);
    free(bytes);
    return exit_code;
}
