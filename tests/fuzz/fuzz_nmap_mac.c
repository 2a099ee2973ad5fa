/* Hostile files of the import format nmap-mac. */
#include "fuzz/support/import_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fuzz_import("nmap-mac", bytes, size);
    return 0;
}
