/* Finding and reading an edition's source file (briefings.h). */
#include "app/instance/briefings.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

enum td_status td_slug_make(struct td_date date, const char *name, char out[TD_SLUG_MAX],
                            struct td_err *err)
{
    const struct td_slice rest = td_slice(name);
    char day[11];
    td_date_format(date, day);
    for (size_t i = 0; i < rest.len; i++) {
        char c = rest.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return td_fail(err, TD_USAGE, "--name %s: small letters, digits and '-' only",
                           name);
    }
    if (name && (rest.len == 0 || rest.len > 64))
        return td_fail(err, TD_USAGE, "--name is to have 1 to 64 characters");
    (void)snprintf(out, TD_SLUG_MAX, "%s%s%s", day, name ? "-" : "", name ? name : "");
    return TD_OK;
}

enum td_status td_source_read(const char *path, struct td_source *out, struct td_err *err)
{
    enum td_source_form form;
    if (!td_source_form_of(path, &form))
        return td_fail(err, TD_DATA, "%s: a source ends in .md or .txt", path);
    struct td_buf bytes;
    td_buf_init(&bytes, TD_SOURCE_MAX + 1);
    enum td_status status = td_file_read(path, TD_SOURCE_MAX, &bytes, err);
    if (status != TD_OK) {
        td_buf_release(&bytes);
        return status;
    }
    out->name = td_xstrdup(path);
    out->form = form;
    out->bytes = bytes;
    return TD_OK;
}

enum td_status td_source_find(const struct td_config *config,
                              const struct td_newsletter *newsletter, const char *slug,
                              struct td_source *out, struct td_err *err)
{
    char name[300];
    (void)snprintf(name, sizeof name, "%s/%s.md", newsletter->name, slug);
    char *markdown = td_path_join(config->briefings_dir, name);
    (void)snprintf(name, sizeof name, "%s/%s.txt", newsletter->name, slug);
    char *plain = td_path_join(config->briefings_dir, name);
    bool has_markdown = td_file_exists(markdown);
    bool has_plain = td_file_exists(plain);
    enum td_status status;

    if (has_markdown && has_plain)
        status =
            td_fail(err, TD_DATA, "%s and %s are both there: one file for an edition",
                    markdown, td_path_base(plain));
    else if (!has_markdown && !has_plain)
        status = td_fail(err, TD_NOINPUT, "there is no %s and no %s", markdown,
                         td_path_base(plain));
    else
        status = td_source_read(has_markdown ? markdown : plain, out, err);
    free(markdown);
    free(plain);
    return status;
}

void td_source_release(struct td_source *source)
{
    free(source->name);
    source->name = NULL;
    td_buf_release(&source->bytes);
}
