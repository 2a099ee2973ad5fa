#include "lens/decay.h"
#include "lens/fixed.h"

#include <string.h>

#define SECOND_NS UINT64_C(1000000000)
#define DAY_S     UINT64_C(86400)

static const steme_decay by_class = {
    .is_on = 1, .half_life_s = {0, 730 * DAY_S, 365 * DAY_S, 180 * DAY_S, 90 * DAY_S, 30 * DAY_S}};

/* Reads digits, and gives what follows them; NULL where there are none, or more than fit. */
static const char *read_seconds(const char *text, uint64_t *out_seconds)
{
    uint64_t seconds = 0;
    if (*text < '0' || *text > '9')
        return NULL;
    for (; *text >= '0' && *text <= '9'; text++) {
        seconds = seconds * 10 + (uint64_t)(*text - '0');
        if (seconds > STEME_HALF_LIFE_MAX_S)
            return NULL;
    }
    *out_seconds = seconds;
    return text;
}

int steme_decay_find(const char *text, steme_decay *out_decay)
{
    steme_decay decay = {.is_on = 1};
    if (strcmp(text, "off") == 0 || strcmp(text, "class") == 0) {
        *out_decay = *text == 'o' ? (steme_decay){0} : by_class;
        return 1;
    }
    int count = 0;
    for (text = read_seconds(text, &decay.half_life_s[count++]);
         text != NULL && *text == ',' && count < STEME_CLASS_COUNT;)
        text = read_seconds(text + 1, &decay.half_life_s[count++]);
    if (text == NULL || *text != '\0' || (count > 1 && count < STEME_CLASS_COUNT))
        return 0;
    for (; count < STEME_CLASS_COUNT; count++)
        decay.half_life_s[count] = decay.half_life_s[0];
    *out_decay = decay;
    return 1;
}

uint32_t lens_decay_confidence(const steme_decay *decay, steme_source_class source_class,
                               uint32_t confidence, int64_t claim_time_ns, int64_t now_ns)
{
    uint64_t half_life_s = decay->half_life_s[source_class];
    if (!decay->is_on || half_life_s == 0 || now_ns <= claim_time_ns)
        return confidence;
    uint64_t age_ns = (uint64_t)now_ns - (uint64_t)claim_time_ns; /* may need 64 bits */
    uint64_t power = lens_exp2_minus(lens_ratio(age_ns, half_life_s * SECOND_NS));
    return (uint32_t)(confidence * power >> 32);
}
