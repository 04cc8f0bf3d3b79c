/*
 * mime.c: the one file that knows libetpan.
 *
 * Its encoder alters text and its header lines fold badly, so it gets bodies already encoded and
 * writes the tree only; the lines of the message itself are written here.
 */
#include "variant/mime.h"

#include <libetpan/libetpan.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/mem.h"

#define BOUNDARY_SIZE 48

/* "=_" cannot occur in quoted-printable text (RFC 2045 6.7); the search is for what might ever
 * be attached in another encoding. */
static void make_boundary(const struct td_mime_part *parts, size_t count,
                          char out[BOUNDARY_SIZE])
{
    for (unsigned char n = 0;; n++) {
        unsigned char hash[TD_SHA256_LEN];
        struct td_buf text;
        struct td_sha256 *sha = td_sha256_create();
        td_sha256_add(sha, &n, 1);
        for (size_t i = 0; i < count; i++)
            td_sha256_add(sha, parts[i].body.ptr, parts[i].body.len);
        td_sha256_finish(sha, hash);
        td_buf_init(&text, BOUNDARY_SIZE - 1);
        td_buf_add_str(&text, "=_td_");
        td_hex(&text, hash, 20);
        bool found = false;
        for (size_t i = 0; i <= text.len; i++)
            out[i] = text.ptr[i];
        td_buf_release(&text);
        for (size_t i = 0; i < count && !found; i++)
            found = td_slice_find_str(parts[i].body, 0, out) != (size_t)-1;
        if (!found)
            return;
    }
}

static struct mailmime_parameter *parameter(const char *name, const char *value)
{
    struct mailmime_parameter *made = mailmime_param_new_with_data(
        (char *)(uintptr_t)name, (char *)(uintptr_t)value); /* copies both */
    if (made == NULL)
        TD_PANIC("no memory for a MIME parameter");
    return made;
}

static struct mailmime *make_leaf(const struct td_mime_part *part)
{
    struct mailmime_content *type = mailmime_content_new_with_str(part->type);
    struct mailmime_fields *fields =
        mailmime_fields_new_encoding(MAILMIME_MECHANISM_QUOTED_PRINTABLE);
    if (type == NULL || fields == NULL ||
        clist_append(type->ct_parameters, parameter("charset", "utf-8")) < 0)
        TD_PANIC("no memory for a MIME part");
    struct mailmime *leaf = mailmime_new_empty(type, fields);
    struct mailmime_data *data = mailmime_data_new_data(
        MAILMIME_MECHANISM_QUOTED_PRINTABLE, 1, part->body.ptr, part->body.len);
    if (leaf == NULL || data == NULL)
        TD_PANIC("no memory for a MIME part");
    leaf->mm_data.mm_single = data;
    return leaf;
}

/* mailmime_new, not mailmime_new_empty: the latter adds a boundary of its own to ours. */
static struct mailmime *make_alternative(const struct td_mime_part *parts, size_t count,
                                         const char *boundary)
{
    struct mailmime_content *type =
        mailmime_content_new_with_str("multipart/alternative");
    if (type == NULL ||
        clist_append(type->ct_parameters, parameter("boundary", boundary)) < 0)
        TD_PANIC("no memory for a MIME tree");
    struct mailmime *tree =
        mailmime_new(MAILMIME_MULTIPLE, NULL, 0, mailmime_fields_new_empty(), type, NULL,
                     NULL, NULL, clist_new(), NULL, NULL);
    if (tree == NULL)
        TD_PANIC("no memory for a MIME tree");
    for (size_t i = 0; i < count; i++)
        if (mailmime_smart_add_part(tree, make_leaf(&parts[i])) != MAIL_NO_ERROR)
            TD_PANIC("libetpan did not take a part");
    return tree;
}

static void write_alternative(const struct td_mime_part *parts, size_t count,
                              struct td_buf *out)
{
    char boundary[BOUNDARY_SIZE];
    make_boundary(parts, count, boundary);
    td_buf_addf(out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
                boundary);
    struct mailmime *tree = make_alternative(parts, count, boundary);
    MMAPString *text = mmap_string_new("");
    int column = 0;
    if (text == NULL || mailmime_write_mem(text, &column, tree) != MAILIMF_NO_ERROR)
        TD_PANIC("libetpan did not write the tree");
    td_buf_add(out, text->str, text->len);
    mmap_string_free(text);
    mailmime_free(tree);
}

void td_mime_write(const struct td_mime_part *parts, size_t count, struct td_buf *out)
{
    td_buf_add_str(out, "MIME-Version: 1.0\r\n");
    if (count > 1) {
        write_alternative(parts, count, out);
        return;
    }
    td_buf_addf(out,
                "Content-Type: %s; charset=\"utf-8\"\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                parts[0].type);
    td_buf_add_slice(out, parts[0].body);
}
