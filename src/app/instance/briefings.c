/* Finding and reading an edition's source file (briefings.h). */
#include "app/instance/briefings.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lease.h"
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

static char *path_of(const struct td_config *config,
                     const struct td_newsletter *newsletter, const char *slug,
                     const char *ending)
{
    char name[300];
    (void)snprintf(name, sizeof name, "%s/%s.%s", newsletter->name, slug, ending);
    return td_path_join(config->briefings_dir, name);
}

/* What cannot be opened is for td_source_find to say. */
static bool is_being_written(const char *path)
{
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    const enum td_writers writers = td_lease_take(fd);
    const bool gone = fstat(fd, &st) != 0 || td_writers_gone(writers, &st);
    (void)close(fd); /* and with it the lease */
    return !gone;
}

enum td_status td_source_settled(const struct td_config *config,
                                 const struct td_newsletter *newsletter, const char *slug,
                                 struct td_err *err)
{
    static const char *const endings[] = {"md", "txt"};
    enum td_status status = TD_OK;
    for (size_t i = 0; i < TD_ARRAY_LEN(endings) && status == TD_OK; i++) {
        char *path = path_of(config, newsletter, slug, endings[i]);
        if (is_being_written(path))
            status = td_fail(err, TD_DATA, "%s is still being written", path);
        free(path);
    }
    return status;
}

enum td_status td_source_find(const struct td_config *config,
                              const struct td_newsletter *newsletter, const char *slug,
                              struct td_source *out, struct td_err *err)
{
    char *markdown = path_of(config, newsletter, slug, "md");
    char *plain = path_of(config, newsletter, slug, "txt");
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
