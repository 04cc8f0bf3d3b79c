/*
 * mime.c: the tree of parts; the one file of variant/ that knows libetpan.
 *
 * libetpan writes the tree and the headers of its parts. What it would write wrongly is ours: its
 * encoders alter text, so bodies come encoded; it knows no RFC 2231 names, so a file's name is a
 * token in the tree and is put in afterwards; it folds the message's own lines badly.
 */
#include "variant/mime.h"

#include <libetpan/libetpan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"
#include "variant/encode.h"

#define BOUNDARY_SIZE 48

/* A multipart needs a boundary of its own; each hashes its level with the same parts. */
enum level { LEVEL_ALTERNATIVE = 0, LEVEL_RELATED = 64, LEVEL_MIXED = 128 };

static void hash_files(struct td_sha256 *sha, const struct td_enclosure *const *files,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        td_sha256_add(sha, files[i]->name.ptr, files[i]->name.len);
        td_sha256_add(sha, files[i]->bytes.ptr, files[i]->bytes.len);
    }
}

/* "=_" cannot occur in quoted-printable text (RFC 2045 6.7), nor a line with it in base64. The
 * search is for the day when bodies come in another encoding. */
static void make_boundary(const struct td_mime_message *message, enum level level,
                          char out[BOUNDARY_SIZE])
{
    for (unsigned char n = (unsigned char)level;; n++) {
        unsigned char hash[TD_SHA256_LEN];
        struct td_buf text;
        struct td_sha256 *sha = td_sha256_create();
        td_sha256_add(sha, &n, 1);
        td_sha256_add(sha, message->text.ptr, message->text.len);
        if (message->html.ptr != NULL)
            td_sha256_add(sha, message->html.ptr, message->html.len);
        hash_files(sha, message->images, message->image_count);
        hash_files(sha, message->attachments, message->attachment_count);
        td_sha256_finish(sha, hash);
        td_buf_init(&text, BOUNDARY_SIZE - 1);
        td_buf_add_str(&text, TD_BOUNDARY_START);
        td_hex(&text, hash, 20);
        (void)snprintf(out, BOUNDARY_SIZE, "%s", text.ptr);
        td_buf_release(&text);
        if (td_slice_find_str(message->text, 0, out) == (size_t)-1 &&
            td_slice_find_str(message->html, 0, out) == (size_t)-1)
            return;
    }
}

/* What libetpan makes is never missing: it fails only without memory, as td_xmalloc does. */
static void *made(void *thing)
{
    if (thing == NULL)
        TD_PANIC("no memory for a MIME part");
    return thing;
}

static void add_parameter(struct mailmime_content *type, const char *name,
                          const char *value)
{
    struct mailmime_parameter *parameter = made(mailmime_param_new_with_data(
        (char *)(uintptr_t)name, (char *)(uintptr_t)value)); /* copies both */
    if (clist_append(type->ct_parameters, parameter) < 0)
        TD_PANIC("no memory for a MIME parameter");
}

/* A part whose body is encoded already; the body stays the caller's. */
static struct mailmime *make_leaf(struct mailmime_content *type,
                                  struct mailmime_fields *fields, int mechanism,
                                  struct td_slice body)
{
    struct mailmime *leaf = made(mailmime_new_empty(type, fields));
    leaf->mm_data.mm_single =
        made(mailmime_data_new_data(mechanism, 1, body.ptr, body.len));
    return leaf;
}

static struct mailmime *make_body(const char *type_name, struct td_slice body)
{
    struct mailmime_content *type = made(mailmime_content_new_with_str(type_name));
    add_parameter(type, "charset", "utf-8");
    return make_leaf(
        type, made(mailmime_fields_new_encoding(MAILMIME_MECHANISM_QUOTED_PRINTABLE)),
        MAILMIME_MECHANISM_QUOTED_PRINTABLE, body);
}

/* mailmime_new, not mailmime_new_empty: the latter adds a boundary of its own to ours. */
static struct mailmime *make_multipart(const char *type_name, const char *boundary)
{
    struct mailmime_content *type = made(mailmime_content_new_with_str(type_name));
    if (strcmp(type_name, "multipart/related") == 0)
        add_parameter(type, "type", "multipart/alternative"); /* its root: RFC 2387 3.1 */
    add_parameter(type, "boundary", boundary);
    return made(mailmime_new(MAILMIME_MULTIPLE, NULL, 0,
                             made(mailmime_fields_new_empty()), type, NULL, NULL, NULL,
                             made(clist_new()), NULL, NULL));
}

static void add_part(struct mailmime *multipart, struct mailmime *part)
{
    if (mailmime_smart_add_part(multipart, part) != MAIL_NO_ERROR)
        TD_PANIC("libetpan did not take a part");
}

/* --- files ----------------------------------------------------------------------------------- */

/* The n-th file's name in the tree; no body of ours has such a line. */
static void name_token(size_t n, char out[32])
{
    (void)snprintf(out, 32, "=_td_name_%zu", n);
}

/* `encoded` is the file's base64, which must outlive the tree. */
static struct mailmime *make_file(const struct td_enclosure *file, size_t n,
                                  const struct td_buf *encoded)
{
    const bool attached = file->kind == TD_ENCLOSURE_ATTACHMENT;
    char token[32];
    name_token(n, token);
    struct mailmime_content *type = made(mailmime_content_new_with_str(file->type));
    if (strncmp(file->type, "text/", 5) == 0)
        add_parameter(type, "charset", "utf-8");
    struct mailmime_disposition *disposition = made(
        mailmime_disposition_new_filename(attached ? MAILMIME_DISPOSITION_TYPE_ATTACHMENT
                                                   : MAILMIME_DISPOSITION_TYPE_INLINE,
                                          td_xstrdup(token)));
    struct mailmime_fields *fields = made(mailmime_fields_new_with_data(
        made(mailmime_mechanism_new(MAILMIME_MECHANISM_BASE64, NULL)),
        attached ? NULL : td_xstrdup(file->cid), NULL, disposition, NULL));
    return make_leaf(type, fields, MAILMIME_MECHANISM_BASE64, td_buf_slice(encoded));
}

/* All files of a message, encoded while the tree stands. */
struct files {
    struct td_buf *encoded; /* owned */
    size_t count;
};

static void add_files(struct mailmime *multipart, struct files *files,
                      const struct td_enclosure *const *enclosures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct td_buf *encoded = &files->encoded[files->count];
        td_buf_init(encoded, 2 * TD_ENCLOSURES_BYTES);
        td_encode_base64(enclosures[i]->bytes, encoded);
        add_part(multipart, make_file(enclosures[i], files->count, encoded));
        files->count++;
    }
}

/* --- the tree -------------------------------------------------------------------------------- */

static struct mailmime *make_alternative(const struct td_mime_message *message)
{
    char boundary[BOUNDARY_SIZE];
    if (message->html.ptr == NULL)
        return make_body("text/plain", message->text);
    make_boundary(message, LEVEL_ALTERNATIVE, boundary);
    struct mailmime *tree = make_multipart("multipart/alternative", boundary);
    add_part(tree, make_body("text/plain", message->text));
    add_part(tree, make_body("text/html", message->html));
    return tree;
}

static struct mailmime *make_related(const struct td_mime_message *message,
                                     struct files *files)
{
    char boundary[BOUNDARY_SIZE];
    struct mailmime *root = make_alternative(message);
    if (message->image_count == 0)
        return root;
    make_boundary(message, LEVEL_RELATED, boundary);
    struct mailmime *tree = make_multipart("multipart/related", boundary);
    add_part(tree, root);
    add_files(tree, files, message->images, message->image_count);
    return tree;
}

static struct mailmime *make_mixed(const struct td_mime_message *message,
                                   struct files *files)
{
    char boundary[BOUNDARY_SIZE];
    struct mailmime *root = make_related(message, files);
    if (message->attachment_count == 0)
        return root;
    make_boundary(message, LEVEL_MIXED, boundary);
    struct mailmime *tree = make_multipart("multipart/mixed", boundary);
    add_part(tree, root);
    add_files(tree, files, message->attachments, message->attachment_count);
    return tree;
}

/* --- writing --------------------------------------------------------------------------------- */

/* The n-th file of the message, in the order in which they stand in the tree. */
static struct td_slice file_name(const struct td_mime_message *message, size_t n)
{
    return n < message->image_count
               ? message->images[n]->name
               : message->attachments[n - message->image_count]->name;
}

/* Copies what libetpan wrote; each `; filename="token"` becomes the parameter it stands for. */
static void put_names(const struct td_mime_message *message, size_t count,
                      struct td_slice tree, struct td_buf *out)
{
    size_t from = 0;
    for (size_t n = 0; n < count; n++) {
        char token[32];
        name_token(n, token);
        size_t at = td_slice_find_str(tree, from, token);
        size_t end = td_slice_find(tree, at, '\n');
        if (at == (size_t)-1 || end == (size_t)-1)
            TD_PANIC("libetpan did not write a file's name");
        while (tree.ptr[at] != ';')
            at--;
        td_buf_add_slice(out, td_slice_sub(tree, from, at));
        td_encode_parameter("filename", file_name(message, n), out);
        td_buf_add_str(out, "\r\n");
        from = end + 1;
    }
    td_buf_add_slice(out, td_slice_sub(tree, from, tree.len));
}

/* The lines that say what the message itself is; libetpan writes those of the parts in it. */
static void write_type(const struct td_mime_message *message, struct td_buf *out)
{
    char boundary[BOUNDARY_SIZE];
    const bool mixed = message->attachment_count > 0;
    const bool related = !mixed && message->image_count > 0;
    td_buf_add_str(out, "MIME-Version: 1.0\r\n");
    if (!mixed && !related && message->html.ptr == NULL) {
        td_buf_add_str(out, "Content-Type: text/plain; charset=\"utf-8\"\r\n"
                            "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
        return;
    }
    make_boundary(message,
                  mixed     ? LEVEL_MIXED
                  : related ? LEVEL_RELATED
                            : LEVEL_ALTERNATIVE,
                  boundary);
    td_buf_addf(out, "Content-Type: multipart/%s;%s\r\n boundary=\"%s\"\r\n\r\n",
                mixed     ? "mixed"
                : related ? "related"
                          : "alternative",
                related ? " type=\"multipart/alternative\";" : "", boundary);
}

void td_mime_write(const struct td_mime_message *message, struct td_buf *out)
{
    const size_t count = message->image_count + message->attachment_count;
    struct files files = {.encoded = td_xcalloc(count + 1, sizeof *files.encoded)};
    struct mailmime *tree = make_mixed(message, &files);
    MMAPString *text = made(mmap_string_new(""));
    int column = 0;
    write_type(message, out);
    if (mailmime_write_mem(text, &column, tree) != MAILIMF_NO_ERROR)
        TD_PANIC("libetpan did not write the tree");
    put_names(message, count, td_slice_n(text->str, text->len), out);
    mmap_string_free(text);
    mailmime_free(tree);
    for (size_t i = 0; i < files.count; i++)
        td_buf_release(&files.encoded[i]);
    free(files.encoded);
}
