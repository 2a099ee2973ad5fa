/* time_text.c -- see time_text.h.
 *
 * Years are counted from March, so that the leap day is a year's last; 400 such years have
 * 146,097 days. */
#include "common/time_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/fail.h"

enum {
    SECONDS_PER_DAY = 86400,
    DAYS_PER_400_YEARS = 146097,
    DAYS_TO_1970 = 719468, /* from the first of March of the year 0 */
    NS_PER_SECOND = 1000000000,
};

#define SECONDS_MIN INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define SECONDS_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

typedef struct civil_date {
    int64_t year;
    unsigned month; /* 1 to 12 */
    unsigned day;   /* 1 to 31 */
} civil_date;

/* A moment: whole seconds since 1970, rounded down, and what is left. */
typedef struct time_moment {
    int64_t seconds;
    uint32_t ns;
} time_moment;

static int64_t days_of_date(civil_date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t month_from_march = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int64_t cycle = year / 400; /* years are never negative here: 0001 counted from March is 0 */
    int64_t year_of_cycle = year % 400;
    return cycle * DAYS_PER_400_YEARS + year_of_cycle * 365 + year_of_cycle / 4 -
           year_of_cycle / 100 + day_of_year - DAYS_TO_1970;
}

static civil_date date_of_days(int64_t days)
{
    days += DAYS_TO_1970;
    int64_t cycle = days / DAYS_PER_400_YEARS;
    int64_t day_of_cycle = days % DAYS_PER_400_YEARS;
    int64_t year_of_cycle = (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 -
                             day_of_cycle / (DAYS_PER_400_YEARS - 1)) /
                            365;
    int64_t day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    civil_date date = {
        .month = (unsigned)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9),
        .day = (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
    date.year = cycle * 400 + year_of_cycle + (date.month <= 2);
    return date;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static void moment_write(time_moment moment, char out_text[TIME_TEXT_SIZE])
{
    int64_t days = moment.seconds / SECONDS_PER_DAY;
    int64_t rest = moment.seconds % SECONDS_PER_DAY;
    if (rest < 0) {
        days--;
        rest += SECONDS_PER_DAY;
    }
    civil_date date = date_of_days(days);
    int length =
        snprintf(out_text, TIME_TEXT_SIZE, "%04d-%02u-%02uT%02d:%02d:%02d", (int)date.year,
                 date.month, date.day, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    if (moment.ns > 0) {
        length +=
            snprintf(out_text + length, TIME_TEXT_SIZE - (size_t)length, ".%09" PRIu32, moment.ns);
        while (out_text[length - 1] == '0')
            length--;
    }
    memcpy(out_text + length, "Z", 2);
}

void time_text_from_ns(int64_t ns, char out_text[TIME_TEXT_SIZE])
{
    int64_t seconds = ns / NS_PER_SECOND;
    int64_t rest = ns % NS_PER_SECOND;
    if (rest < 0) {
        seconds--;
        rest += NS_PER_SECOND;
    }
    moment_write((time_moment){seconds, (uint32_t)rest}, out_text);
}

void time_text_from_stamp_ns(uint64_t ns, char out_text[TIME_TEXT_SIZE])
{
    moment_write((time_moment){(int64_t)(ns / NS_PER_SECOND), (uint32_t)(ns % NS_PER_SECOND)},
                 out_text);
}

int time_text_from_seconds(int64_t seconds, char out_text[TIME_TEXT_SIZE])
{
    if (seconds < SECONDS_MIN || seconds > SECONDS_MAX)
        return 0;
    moment_write((time_moment){seconds, 0}, out_text);
    return 1;
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* What is left to read; a `take_` function moves it on where it returns 1. */
typedef struct time_cursor {
    const uint8_t *next;
    const uint8_t *end;
} time_cursor;

static int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static int take_number(time_cursor *cursor, int digit_count, unsigned *out_number)
{
    if (cursor->end - cursor->next < digit_count)
        return 0;
    unsigned number = 0;
    for (int i = 0; i < digit_count; i++) {
        if (!is_digit(cursor->next[i]))
            return 0;
        number = number * 10 + (unsigned)(cursor->next[i] - '0');
    }
    cursor->next += digit_count;
    *out_number = number;
    return 1;
}

static int take_one_of(time_cursor *cursor, const char *choices)
{
    if (cursor->next == cursor->end || *cursor->next == 0 || strchr(choices, *cursor->next) == NULL)
        return 0;
    cursor->next++;
    return 1;
}

static unsigned month_days(unsigned year, unsigned month)
{
    static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && is_leap ? 1U : 0U);
}

/* Each of these returns NULL, or what is wrong. */
static const char *read_date(time_cursor *cursor, int64_t *out_days)
{
    unsigned year, month, day;
    if (!take_number(cursor, 4, &year) || !take_one_of(cursor, "-") ||
        !take_number(cursor, 2, &month) || !take_one_of(cursor, "-") ||
        !take_number(cursor, 2, &day))
        return "not of the form 2026-01-02 or 2026-01-02T03:04:05Z";
    if (year == 0 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return "no such day";
    *out_days = days_of_date((civil_date){year, month, day});
    return NULL;
}

static const char *read_clock(time_cursor *cursor, int64_t *out_seconds)
{
    unsigned hour, minute, second;
    if (!take_number(cursor, 2, &hour) || !take_one_of(cursor, ":") ||
        !take_number(cursor, 2, &minute) || !take_one_of(cursor, ":") ||
        !take_number(cursor, 2, &second))
        return "after the day not of the form T03:04:05Z";
    if (second == 60)
        return "a leap second cannot be written";
    if (hour > 23 || minute > 59 || second > 59)
        return "no such time of day";
    *out_seconds = hour * 3600 + minute * 60 + second;
    return NULL;
}

static const char *read_fraction(time_cursor *cursor, uint32_t *out_ns)
{
    *out_ns = 0;
    if (!take_one_of(cursor, "."))
        return NULL;
    uint32_t scale = NS_PER_SECOND;
    const uint8_t *start = cursor->next;
    for (unsigned digit; take_number(cursor, 1, &digit);) {
        if (scale == 1)
            return "more than nine digits of fraction";
        scale /= 10;
        *out_ns += digit * scale;
    }
    return cursor->next == start ? "no digits behind the point" : NULL;
}

/* `Z`, or hours and minutes ahead of UTC. */
static const char *read_offset(time_cursor *cursor, int64_t *out_seconds)
{
    *out_seconds = 0;
    if (take_one_of(cursor, "Zz"))
        return NULL;
    int sign = take_one_of(cursor, "+") ? 1 : take_one_of(cursor, "-") ? -1 : 0;
    unsigned hour, minute;
    if (sign == 0 || !take_number(cursor, 2, &hour) || !take_one_of(cursor, ":") ||
        !take_number(cursor, 2, &minute) || hour > 23 || minute > 59)
        return "no Z or offset such as +02:00 behind the time";
    *out_seconds = sign * (int64_t)(hour * 3600 + minute * 60);
    return NULL;
}

static const char *read_moment(steme_span text, time_moment *out_moment)
{
    if (text.size == 0)
        return "empty";
    time_cursor cursor = {text.bytes, text.bytes + text.size};
    int64_t days = 0, clock = 0, offset = 0;
    const char *fault = read_date(&cursor, &days);
    out_moment->ns = 0;
    if (fault == NULL && cursor.next < cursor.end) {
        if (!take_one_of(&cursor, "Tt "))
            return "no T behind the day";
        fault = read_clock(&cursor, &clock);
        if (fault == NULL)
            fault = read_fraction(&cursor, &out_moment->ns);
        if (fault == NULL)
            fault = read_offset(&cursor, &offset);
    }
    if (fault != NULL)
        return fault;
    out_moment->seconds = days * SECONDS_PER_DAY + clock - offset;
    if (cursor.next != cursor.end)
        return "something behind the time";
    if (out_moment->seconds < SECONDS_MIN || out_moment->seconds > SECONDS_MAX)
        return "in UTC outside the years 0001 to 9999";
    return NULL;
}

static steme_status time_fail(steme_span text, const char *fault, steme_error *error)
{
    int shown = text.size < 64 ? (int)text.size : 64;
    const char *bytes = shown == 0 ? "" : (const char *)text.bytes;
    return app_fail(error, STEME_INVALID, "time \"%.*s\": %s", shown, bytes, fault);
}

/* Below 1970 both parts are taken towards 0 first: the smallest int64 has no whole second below. */
static int moment_to_ns(time_moment moment, int64_t *out_ns)
{
    int64_t seconds = moment.seconds, ns = moment.ns, total;
    if (seconds < 0) {
        seconds++;
        ns -= NS_PER_SECOND;
    }
    if (__builtin_mul_overflow(seconds, (int64_t)NS_PER_SECOND, &total) ||
        __builtin_add_overflow(total, ns, &total))
        return 0;
    *out_ns = total;
    return 1;
}

steme_status time_text_to_ns(steme_span text, int64_t *out_ns, steme_error *error)
{
    time_moment moment;
    const char *fault = read_moment(text, &moment);
    if (fault == NULL && !moment_to_ns(moment, out_ns))
        fault = "not from 1677-09-21 to 2262-04-11, as nanoseconds must be";
    return fault == NULL ? STEME_OK : time_fail(text, fault, error);
}

steme_status time_text_to_stamp_ns(steme_span text, uint64_t *out_ns, steme_error *error)
{
    time_moment moment;
    uint64_t total;
    const char *fault = read_moment(text, &moment);
    if (fault == NULL &&
        (moment.seconds < 0 ||
         __builtin_mul_overflow((uint64_t)moment.seconds, (uint64_t)NS_PER_SECOND, &total) ||
         __builtin_add_overflow(total, (uint64_t)moment.ns, &total)))
        fault = "not from 1970-01-01 to 2554-07-21, as a stamp must be";
    if (fault != NULL)
        return time_fail(text, fault, error);
    *out_ns = total;
    return STEME_OK;
}

steme_status time_text_to_seconds(steme_span text, int64_t *out_seconds, steme_error *error)
{
    time_moment moment;
    const char *fault = read_moment(text, &moment);
    if (fault == NULL && moment.ns != 0)
        fault = "a fraction of a second, where whole seconds are asked for";
    if (fault != NULL)
        return time_fail(text, fault, error);
    *out_seconds = moment.seconds;
    return STEME_OK;
}
