/* Files that go with an edition (enclosures.h). */
#include "app/press/enclosures.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "model/varint.h"

#define NOWHERE ((size_t)-1)

struct loader {
    const struct td_enclosures_input *input;
    struct td_arena *arena;
    struct td_enclosures *out;
    struct td_err *err;
    size_t bytes; /* of all so far */
    const char *root;
};

/* One that is to be found, and where the source names it. */
struct wish {
    enum td_enclosure_kind kind;
    struct td_slice path;
    int line; /* 0: the front matter */
};

/* ---- one file ---- */

/* Whether a part of the path is "..", or it does not start here. */
static bool leaves(const char *name)
{
    struct td_slice rest = td_slice(name);
    struct td_slice part;
    if (name[0] == '/')
        return true;
    while (td_slice_token(&rest, "/\\", &part))
        if (td_slice_is(part, ".."))
            return true;
    return false;
}

enum td_status td_read_beneath(const char *root, const char *name, struct td_buf *out,
                               struct td_err *err)
{
    char top[PATH_MAX];
    char real[PATH_MAX];
    struct td_err why = {0};
    if (leaves(name))
        return td_fail(err, TD_DATA, "only files beneath %s", root);
    char *path = td_path_join(root, name);
    const bool found = realpath(root, top) != NULL && realpath(path, real) != NULL;
    free(path);
    if (!found)
        return td_fail(err, TD_DATA, "there is no such file beneath %s", root);
    const size_t n = strlen(top);
    if (strncmp(real, top, n) != 0 || real[n] != '/')
        return td_fail(err, TD_DATA, "it is a link that leads out of %s", root);
    if (td_file_read(real, TD_ENCLOSURES_BYTES, out, &why) != TD_OK)
        return td_fail(err, TD_DATA, "%s", why.text);
    return TD_OK;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c >= 'A' && c <= 'F' ? strchr(digits, c - 'A' + 'a')
                     : c != '\0'          ? strchr(digits, c)
                                          : NULL;
    return at ? (int)(at - digits) : -1;
}

/* A Markdown destination is a URL: "my%20chart.png". A '%' that is none stays one. */
static struct td_slice percent_decode(struct td_arena *arena, struct td_slice url)
{
    char *out = td_arena_alloc(arena, url.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < url.len; i++) {
        const bool code = url.ptr[i] == '%' && i + 2 < url.len &&
                          hex_digit(url.ptr[i + 1]) >= 0 &&
                          hex_digit(url.ptr[i + 2]) >= 0;
        out[n++] =
            code ? (char)(hex_digit(url.ptr[i + 1]) * 16 + hex_digit(url.ptr[i + 2]))
                 : url.ptr[i];
        i += code ? 2 : 0;
    }
    return td_slice_n(out, n);
}

/* The bytes of that path in what was frozen; absent when it is not there. */
static struct td_slice find_frozen(struct td_slice frozen, struct td_slice path)
{
    int64_t len;
    while (frozen.len > 0) {
        if (!td_varint_take(&frozen, &len) || (uint64_t)len > frozen.len)
            break;
        const struct td_slice name = td_slice_sub(frozen, 0, (size_t)len);
        frozen = td_slice_sub(frozen, (size_t)len, frozen.len);
        if (!td_varint_take(&frozen, &len) || (uint64_t)len > frozen.len)
            break;
        if (td_slice_eq(name, path))
            return td_slice_sub(frozen, 0, (size_t)len);
        frozen = td_slice_sub(frozen, (size_t)len, frozen.len);
    }
    return td_slice(NULL);
}

static enum td_status read_bytes(struct loader *loader, const struct wish *wish,
                                 const char *path, struct td_slice *out)
{
    struct td_buf bytes;
    td_buf_init(&bytes, TD_ENCLOSURES_BYTES + 1);
    if (loader->input->frozen.ptr && wish->kind != TD_ENCLOSURE_LOGO) {
        *out =
            td_arena_copy(loader->arena, find_frozen(loader->input->frozen, wish->path));
        return out->ptr ? TD_OK
                        : td_fail(loader->err, TD_SOFTWARE,
                                  "it was not frozen with the edition");
    }
    enum td_status status =
        wish->kind == TD_ENCLOSURE_LOGO
            ? td_file_read(path, TD_ENCLOSURES_BYTES, &bytes, loader->err)
            : td_read_beneath(loader->root, path, &bytes, loader->err);
    *out = td_arena_copy(loader->arena, td_buf_slice(&bytes));
    td_buf_release(&bytes);
    return status;
}

/* "hash@daily.news.example": the same bytes, the same name (RFC 2392). */
static const char *make_cid(struct loader *loader, struct td_slice bytes)
{
    unsigned char hash[TD_SHA256_LEN];
    struct td_buf text;
    td_sha256(bytes, hash);
    td_buf_init(&text, 40);
    td_hex(&text, hash, 12);
    const char *cid = td_arena_printf(loader->arena, "%s@%s", text.ptr,
                                      loader->input->newsletter->list_id)
                          .ptr;
    td_buf_release(&text);
    return cid;
}

static enum td_status fill(struct loader *loader, const struct wish *wish,
                           struct td_enclosure *file)
{
    const struct td_slice path = wish->kind == TD_ENCLOSURE_IMAGE
                                     ? percent_decode(loader->arena, wish->path)
                                     : td_arena_copy(loader->arena, wish->path);
    *file = (struct td_enclosure){.kind = wish->kind, .path = wish->path};
    if (td_slice_find_control(path) != NOWHERE || !td_utf8_valid(path, NULL))
        return td_fail(loader->err, TD_DATA, "a name with a control character");
    file->name = td_slice(td_path_base(path.ptr));
    if (file->name.len == 0 || file->name.len > TD_ENCLOSURE_NAME_MAX)
        return td_fail(loader->err, TD_DATA, "a name of 1 to %d bytes is wanted",
                       TD_ENCLOSURE_NAME_MAX);
    enum td_status status = read_bytes(loader, wish, path.ptr, &file->bytes);
    if (status == TD_OK)
        status = td_enclosure_judge(file, loader->err);
    if (status != TD_OK)
        return status;
    file->cid = make_cid(loader, file->bytes);
    loader->bytes += file->bytes.len;
    if (loader->bytes > TD_ENCLOSURES_BYTES)
        return td_fail(loader->err, TD_DATA, "all files together are larger than %d MB",
                       TD_ENCLOSURES_BYTES / 1024 / 1024);
    return TD_OK;
}

/* ---- all of them ---- */

static enum td_status want(struct loader *loader, struct wish wish)
{
    static const char *const names[] = {[TD_ENCLOSURE_IMAGE] = "image",
                                        [TD_ENCLOSURE_ATTACHMENT] = "attachment",
                                        [TD_ENCLOSURE_LOGO] = "logo"};
    struct td_enclosures *out = loader->out;
    enum td_status status = TD_OK;
    for (size_t i = 0; i < out->count; i++)
        if (out->items[i].kind == wish.kind && td_slice_eq(out->items[i].path, wish.path))
            return TD_OK;
    if (out->count == TD_ENCLOSURES_MAX)
        status = td_fail(loader->err, TD_DATA, "more than %d files", TD_ENCLOSURES_MAX);
    if (status == TD_OK)
        status = fill(loader, &wish, &out->items[out->count]);
    if (status == TD_OK)
        out->count++;
    else if (wish.line > 0)
        (void)td_err_context(loader->err, "%s:%d: %s %.*s", loader->input->source_name,
                             wish.line, names[wish.kind], (int)wish.path.len,
                             wish.path.ptr);
    else
        (void)td_err_context(loader->err, "%s: %s %.*s", loader->input->source_name,
                             names[wish.kind], (int)wish.path.len, wish.path.ptr);
    return status;
}

static enum td_status want_images(struct loader *loader, const struct td_block *blocks,
                                  size_t count)
{
    enum td_status status = TD_OK;
    for (size_t i = 0; i < count && status == TD_OK; i++) {
        const struct td_slice src = blocks[i].src;
        const bool web =
            td_slice_istarts(src, "http://") || td_slice_istarts(src, "https://");
        if (blocks[i].type == TD_BLOCK_IMAGE && !web)
            status = want(loader, (struct wish){.kind = TD_ENCLOSURE_IMAGE,
                                                .path = src,
                                                .line = blocks[i].line});
    }
    return status;
}

static enum td_status want_all(struct loader *loader)
{
    const struct td_story *story = loader->input->story;
    const struct td_theme *theme = loader->input->newsletter->theme;
    enum td_status status = TD_OK;
    if (theme && theme->logo_file)
        status = want(loader, (struct wish){.kind = TD_ENCLOSURE_LOGO,
                                            .path = td_slice(theme->logo_file)});
    if (!story)
        return status;
    for (size_t i = 0; i < story->section_count && status == TD_OK; i++)
        status = want_images(loader, story->sections[i].blocks,
                             story->sections[i].block_count);
    for (size_t i = 0; i < story->entry_count && status == TD_OK; i++)
        status =
            want_images(loader, story->entries[i].blocks, story->entries[i].block_count);
    for (size_t i = 0; i < story->attachment_count && status == TD_OK; i++)
        status = want(loader, (struct wish){.kind = TD_ENCLOSURE_ATTACHMENT,
                                            .path = story->attachments[i]});
    return status;
}

enum td_status td_enclosures_load(const struct td_enclosures_input *input,
                                  struct td_arena *arena, struct td_enclosures *out,
                                  struct td_err *err)
{
    struct td_err local;
    struct loader loader = {
        .input = input, .arena = arena, .out = out, .err = err ? err : &local};
    char *root = td_path_join(input->config->briefings_dir, input->newsletter->name);
    loader.root = root;
    *out = (struct td_enclosures){
        .items = td_arena_alloc(arena, TD_ENCLOSURES_MAX * sizeof *out->items)};
    enum td_status status = want_all(&loader);
    free(root);
    return status;
}

void td_enclosures_pack(const struct td_enclosures *enclosures, struct td_buf *out)
{
    for (size_t i = 0; i < enclosures->count; i++) {
        const struct td_enclosure *file = &enclosures->items[i];
        if (file->kind == TD_ENCLOSURE_LOGO)
            continue;
        td_varint_put(out, (int64_t)file->path.len);
        td_buf_add_slice(out, file->path);
        td_varint_put(out, (int64_t)file->bytes.len);
        td_buf_add_slice(out, file->bytes);
    }
}
