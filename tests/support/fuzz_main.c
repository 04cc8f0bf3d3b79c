/*
 * fuzz_main.c: main for a fuzz target without libFuzzer: feeds it the empty input, then every file
 * of the folders named, each also cut short at half its length.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "support/fuzz.h"

#define INPUT_MAX ((size_t)64 << 20)

static enum td_status feed_file(const char *path, struct td_err *err)
{
    struct td_buf input;
    td_buf_init(&input, INPUT_MAX);
    enum td_status status = td_file_read(path, INPUT_MAX, &input, err);
    if (status == TD_OK) {
        LLVMFuzzerTestOneInput((const uint8_t *)input.ptr, input.len);
        LLVMFuzzerTestOneInput((const uint8_t *)input.ptr, input.len / 2);
    }
    td_buf_release(&input);
    return status;
}

static enum td_status feed_folder(const char *folder, struct td_err *err)
{
    struct td_names names = {0};
    enum td_status status = td_dir_list(folder, &names, err);
    for (size_t i = 0; status == TD_OK && i < names.count; i++) {
        char *path = td_path_join(folder, names.items[i]);
        status = feed_file(path, err);
        free(path);
    }
    if (status == TD_OK)
        printf("%zu inputs from %s\n", names.count, folder);
    td_names_free(&names);
    return status;
}

int main(int argc, char **argv)
{
    struct td_err err = {0};
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        if (feed_folder(argv[i], &err) != TD_OK) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
    }
    return 0;
}
