/* fuzz_main.c -- in libFuzzer's place where that is not linked: gives every file of the folders on
 * the command line to the fuzz target once, so that what fuzzing found stays found in every build.
 */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUT_SIZE_MAX = 16 << 20, PATH_SIZE = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The block is of exactly the file's size, so that a sanitizer sees a read past its end. */
static int run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        return 1;
    }
    long size = ftell(file);
    if (size < 0 || size > INPUT_SIZE_MAX) {
        fprintf(stderr, "%s: not a file of at most %d bytes\n", path, INPUT_SIZE_MAX);
        fclose(file);
        return 1;
    }
    rewind(file);
    uint8_t *bytes = malloc(size == 0 ? 1 : (size_t)size);
    int failed = bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size;
    fclose(file);
    if (failed)
        perror(path);
    else
        LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    return failed;
}

/* Adds the files it ran to `*count`. */
static int run_folder(const char *folder, size_t *count)
{
    DIR *directory = opendir(folder);
    if (directory == NULL) {
        perror(folder);
        return 1;
    }
    int failed = 0;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (entry->d_name[0] == '.')
            continue;
        char path[PATH_SIZE];
        int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        failed |= length < 0 || (size_t)length >= sizeof path || run_file(path);
        (*count)++;
    }
    closedir(directory);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    size_t count = 0;
    for (int i = 1; i < argc; i++)
        failed |= run_folder(argv[i], &count);
    printf("%zu inputs\n", count);
    return failed || count == 0;
}
