/* fail.c -- see fail.h. */
#include "common/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Messages quote input: control bytes would reach a terminal, and a cut character is not UTF-8. */
static void make_one_line(char *message, size_t length, int is_cut)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)message[i] < 0x20 || message[i] == 0x7f)
            message[i] = '?';
    }
    while (is_cut && length > 0 && ((unsigned char)message[length - 1] & 0xc0) == 0x80)
        length--;
    if (is_cut && length > 0 && (unsigned char)message[length - 1] >= 0xc0)
        length--;
    message[length] = 0;
}

steme_status app_fail(steme_error *error, steme_status status, const char *format, ...)
{
    if (error == NULL)
        return status;
    va_list arguments;
    va_start(arguments, format);
    char message[sizeof error->message]; /* an argument may be the old message */
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    int is_cut = length >= (int)sizeof message;
    make_one_line(message, is_cut ? sizeof message - 1 : (size_t)(length < 0 ? 0 : length), is_cut);
    error->status = status;
    memcpy(error->message, message, sizeof message);
    return status;
}
