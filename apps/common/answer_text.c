#include "common/answer_text.h"

#include <string.h>

#include "common/terminal.h"

enum {
    BAR_WIDTH = 16,
    VALUE_WIDTH_MAX = 44,
    VALUE_WIDTH_MIN = 12,
    SPEAKERS_WIDTH = 22,                 /* "  2 signers  nmap, ieee" */
    FIXED_WIDTH = 4 + BAR_WIDTH + 7 + 2, /* before the value */
};

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

/* So that there is room for who says so beside it. */
static size_t value_width_of(FILE *stream, const steme_answer *answer)
{
    size_t widest = 0;
    size_t limit = VALUE_WIDTH_MAX;
    size_t screen = terminal_width(stream);
    if (screen > 0 && screen < FIXED_WIDTH + VALUE_WIDTH_MAX + SPEAKERS_WIDTH) {
        size_t taken = FIXED_WIDTH + SPEAKERS_WIDTH;
        limit = screen > taken + VALUE_WIDTH_MIN ? screen - taken : VALUE_WIDTH_MIN;
    }
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        text_buffer value = TEXT_EMPTY;
        append_claim_value(&value, &answer->claims[i]);
        size_t width = text_width(text_get(&value));
        widest = width > widest ? width : widest;
        text_deinit(&value);
    }
    return widest < limit ? widest : limit;
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

/* "confidence 0.800   conflict 0.918 contested" */
static void append_scores(text_buffer *line, FILE *stream, const steme_answer *answer)
{
    if (answer->has_winner) {
        text_append(line, "confidence ");
        answer_text_append_score(line, answer->confidence_millionths);
        text_append(line, "   ");
    }
    text_append(line, "conflict ");
    answer_text_append_score(line, answer->conflict_millionths);
    text_append(line, " ");
    text_append(line, terminal_begin(stream, style_of(answer->agreement)));
    text_append(line, steme_agreement_name(answer->agreement));
    text_append(line, terminal_begin(stream, TERMINAL_PLAIN));
}

/* "recency · normalized   2Wire Inc", cut to the terminal. */
static void append_verdict(text_buffer *line, FILE *stream, const steme_answer *answer)
{
    text_append(line, "  ");
    text_append(line, steme_lens_name(answer->lens));
    text_append(line, " · ");
    answer_text_append_equivalence(line, &answer->equivalence);
    if (!answer->has_winner) {
        return;
    }
    text_buffer value = TEXT_EMPTY;
    append_claim_value(&value, &answer->claims[answer->winner_claim]);
    text_append(line, "   ");
    size_t width = text_width(text_get(&value));
    size_t used = text_width(text_get(line));
    size_t screen = terminal_width(stream);
    if (screen > 0 && used + width > screen) {
        width = screen > used + VALUE_WIDTH_MIN ? screen - used : VALUE_WIDTH_MIN;
    }
    text_append(line, terminal_begin(stream, TERMINAL_BOLD));
    append_fitted(line, text_get(&value), width);
    text_append(line, terminal_begin(stream, TERMINAL_PLAIN));
    text_deinit(&value);
}

/* What the colours of a verdict add to its text_width. */
static size_t escapes_width(FILE *stream, const steme_answer *answer)
{
    size_t plain = text_width(terminal_begin(stream, TERMINAL_PLAIN));
    size_t width = text_width(terminal_begin(stream, style_of(answer->agreement))) + plain;
    if (answer->has_winner) {
        width += text_width(terminal_begin(stream, TERMINAL_BOLD)) + plain;
    }
    return width;
}

/* One line, or two where the terminal is too narrow. */
static void write_verdict(FILE *stream, const steme_answer *answer)
{
    text_buffer line = TEXT_EMPTY;
    text_buffer scores = TEXT_EMPTY;
    append_verdict(&line, stream, answer);
    append_scores(&scores, stream, answer);
    size_t width =
        text_width(text_get(&line)) + text_width(text_get(&scores)) - escapes_width(stream, answer);
    size_t screen = terminal_width(stream);
    const char *gap = screen > 0 && width + 3 > screen ? "\n    " : "   ";
    fprintf(stream, "%s%s%s\n", text_get(&line), gap, text_get(&scores));
    text_deinit(&scores);
    text_deinit(&line);
}

/* What the lens rules says, and what layered says of each class. */
static void write_findings(FILE *stream, const steme_answer *answer)
{
    text_buffer line = TEXT_EMPTY;
    if (answer->lens == STEME_LENS_RULES) {
        terminal_style style = answer->verdict == STEME_VERDICT_VIOLATED    ? TERMINAL_RED
                               : answer->verdict == STEME_VERDICT_SATISFIED ? TERMINAL_GREEN
                                                                            : TERMINAL_YELLOW;
        fprintf(stream, "  verdict %s%s%s\n", terminal_begin(stream, style),
                steme_verdict_name(answer->verdict), terminal_begin(stream, TERMINAL_PLAIN));
    }
    for (uint32_t i = 0; i < answer->tier_count; i++) {
        const steme_answer_tier *tier = &answer->tiers[i];
        text_clear(&line);
        text_append_format(&line, "  %-13s ", steme_class_name(tier->source_class));
        answer_text_append_score(&line, tier->confidence_millionths);
        text_append(&line, "  conflict ");
        answer_text_append_score(&line, tier->conflict_millionths);
        text_append(&line, "  ");
        text_append_number_of(&line, tier->candidate_count, "claim ", "claims");
        text_append(&line, "  ");
        append_claim_value(&line, &answer->claims[tier->winner_claim]);
        size_t width = terminal_width(stream);
        int is_cut = width > 0 && text_width(text_get(&line)) > width;
        size_t size = is_cut ? text_fit(text_get(&line), width - 1) : line.size;
        fprintf(stream, "%.*s%s\n", (int)size, text_get(&line), is_cut ? "…" : "");
    }
    text_deinit(&line);
}

/* "  rule: violated, overruled (because …)" */
static void append_judgement(text_buffer *line, const steme_answer_claim *claim)
{
    if (claim->is_rule) {
        text_append(line, "  rule: ");
        text_append(line, steme_verdict_name(claim->verdict));
    }
    text_append(line, claim->is_overruled ? (claim->is_rule ? ", overruled" : "  overruled") : "");
    if (claim->reason.size > 0) {
        text_append(line, "  (");
        text_append_escaped(line, claim->reason);
        text_append(line, ")");
    }
}

static void write_claim(FILE *stream, const steme_answer_claim *claim, int is_winner,
                        size_t value_width, source_names *names)
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
    claim_text_append_speakers(&line, names, claim);
    append_judgement(&line, claim);
    size_t width = terminal_width(stream);
    if (width > 0 && text_width(text_get(&line)) > width) {
        fprintf(stream, "%.*s…\n", (int)text_fit(text_get(&line), width - 1), text_get(&line));
    } else {
        fprintf(stream, "%s\n", text_get(&line));
    }
    text_deinit(&value);
    text_deinit(&line);
}

void answer_text_write(FILE *stream, const steme_answer *answer, source_names *names)
{
    size_t value_width = value_width_of(stream, answer);
    write_heading(stream, answer);
    write_verdict(stream, answer);
    write_findings(stream, answer);
    for (uint32_t i = 0; i < answer->claim_count; i++) {
        int is_winner = answer->has_winner && answer->winner_claim == i;
        write_claim(stream, &answer->claims[i], is_winner, value_width, names);
    }
    fputc('\n', stream);
}
