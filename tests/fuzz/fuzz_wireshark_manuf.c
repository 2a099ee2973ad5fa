/* Hostile files of the import format wireshark-manuf. */
#include "fuzz/support/import_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fuzz_import("wireshark-manuf", bytes, size);
    return 0;
}
