/* Hostile files for `steme view sign`: read, or refused with a report; what is read has bounds. */
#include "steme/view_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static FILE *nowhere;
    char path[64];
    view_draft draft;
    if (nowhere == NULL && (nowhere = fopen("/dev/null", "w")) == NULL)
        abort();
    stderr = nowhere; /* the reports of each fault; sanitizers write to the descriptor */
    int file = memfd_create("view", 0);
    if (file < 0 || write(file, bytes, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (view_file_read(path, &draft) &&
        (draft.rules.name.size == 0 || draft.rules.agent_count > STEME_VIEW_AGENT_MAX))
        abort();
    view_draft_deinit(&draft);
    close(file);
    return 0;
}
