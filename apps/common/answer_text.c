#include "common/answer_text.h"

#include <string.h>

#include "common/terminal.h"

enum { BAR_WIDTH = 16, VALUE_WIDTH_MAX = 44 };

void answer_text_append_equivalence(text_buffer *line, const steme_equivalence *equivalence)
{
    static const char *const names[] = {
        [STEME_EQUAL_EXACT] = "exact",
        [STEME_EQUAL_FOLDED] = "folded",
        [STEME_EQUAL_NORMALIZED] = "normalized",
        [STEME_EQUAL_NUMBER] = "number:",
    };
    text_append(line, names[equivalence->kind]);
    if (equivalence->kind == STEME_EQUAL_NUMBER) {
        text_append_format(line, "%g", equivalence->tolerance);
    }
}

void answer_text_append_score(text_buffer *line, uint32_t millionths)
{
    text_append_format(line, "%u.%03u", millionths / 1000000, millionths / 1000 % 1000);
}

static void append_claim_value(text_buffer *line, const steme_answer_claim *claim)
{
    claim_text_append_value(line, claim->relation, &claim->value, claim->unit, claim->language);
}

static size_t widest_value(const steme_answer *answer)
{
    size_t widest = 0;
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        text_buffer value = TEXT_EMPTY;
        append_claim_value(&value, &answer->claims[i]);
        size_t width = text_width(text_get(&value));
        widest = width > widest ? width : widest;
        text_deinit(&value);
    }
    return widest < VALUE_WIDTH_MAX ? widest : VALUE_WIDTH_MAX;
}

static void append_fitted(text_buffer *line, const char *value, size_t width)
{
    size_t used = text_width(value);
    if (used > width) {
        text_append_bytes(line, value, text_fit(value, width - 1));
        text_append(line, "…");
        return;
    }
    text_append(line, value);
    for (; used < width; used++) {
        text_append(line, " ");
    }
}

static void append_bar(text_buffer *line, uint32_t share_millionths)
{
    uint32_t filled = (uint32_t)(((uint64_t)share_millionths * BAR_WIDTH + 500000) / 1000000);
    for (uint32_t i = 0; i < BAR_WIDTH; i++) {
        text_append(line, i < filled ? "█" : "░");
    }
}

static terminal_style style_of(steme_agreement agreement)
{
    return agreement == STEME_AGREEMENT_CONTESTED ? TERMINAL_RED
           : agreement == STEME_AGREEMENT_AGREED  ? TERMINAL_YELLOW
                                                  : TERMINAL_GREEN;
}

static void write_heading(FILE *stream, const steme_answer *answer)
{
    text_buffer line = TEXT_EMPTY;
    text_append(&line, terminal_begin(stream, TERMINAL_BOLD));
    text_append_escaped(&line, answer->subject);
    text_append(&line, terminal_begin(stream, TERMINAL_PLAIN));
    text_append(&line, "  ");
    text_append_escaped(&line, answer->predicate);
    fprintf(stream, "%s\n", text_get(&line));
    text_deinit(&line);
}

static void write_verdict(FILE *stream, const steme_answer *answer)
{
    text_buffer line = TEXT_EMPTY;
    text_append(&line, "  ");
    text_append(&line, steme_lens_name(answer->lens));
    text_append(&line, " · ");
    answer_text_append_equivalence(&line, &answer->equivalence);
    text_append(&line, "   ");
    if (answer->has_winner) {
        text_append(&line, terminal_begin(stream, TERMINAL_BOLD));
        append_claim_value(&line, &answer->claims[answer->winner_claim]);
        text_append(&line, terminal_begin(stream, TERMINAL_PLAIN));
        text_append(&line, "   confidence ");
        answer_text_append_score(&line, answer->confidence_millionths);
        text_append(&line, "   ");
    }
    text_append(&line, "conflict ");
    answer_text_append_score(&line, answer->conflict_millionths);
    text_append(&line, " ");
    text_append(&line, terminal_begin(stream, style_of(answer->agreement)));
    text_append(&line, steme_agreement_name(answer->agreement));
    text_append(&line, terminal_begin(stream, TERMINAL_PLAIN));
    fprintf(stream, "%s\n", text_get(&line));
    text_deinit(&line);
}

static void write_claim(FILE *stream, const steme_answer_claim *claim, int is_winner,
                        size_t value_width, source_names *names, steme_snapshot *snapshot)
{
    text_buffer line = TEXT_EMPTY;
    text_buffer value = TEXT_EMPTY;
    append_claim_value(&value, claim);
    text_append(&line, is_winner ? "  ▸ " : "    ");
    append_bar(&line, claim->share_millionths);
    text_append_format(&line, " %3u.%u %%  ", claim->share_millionths / 10000,
                       claim->share_millionths / 1000 % 10);
    append_fitted(&line, text_get(&value), value_width);
    text_append_format(&line, "  %u signer%s  ", claim->signer_count,
                       claim->signer_count == 1 ? " " : "s");
    claim_text_append_speakers(&line, names, snapshot, claim);
    size_t width = terminal_width(stream);
    if (width > 0 && text_width(text_get(&line)) > width) {
        fprintf(stream, "%.*s…\n", (int)text_fit(text_get(&line), width - 1), text_get(&line));
    } else {
        fprintf(stream, "%s\n", text_get(&line));
    }
    text_deinit(&value);
    text_deinit(&line);
}

void answer_text_write(FILE *stream, const steme_answer *answer, source_names *names,
                       steme_snapshot *snapshot)
{
    size_t value_width = widest_value(answer);
    write_heading(stream, answer);
    write_verdict(stream, answer);
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        int is_winner = answer->has_winner && answer->winner_claim == i;
        write_claim(stream, &answer->claims[i], is_winner, value_width, names, snapshot);
    }
    fputc('\n', stream);
}
