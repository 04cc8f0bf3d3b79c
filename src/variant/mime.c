/*
 * mime.c: the tree of parts, written from the outside in.
 *
 * Here and not by libetpan: it knows no RFC 2231 names and folds its header lines badly
 * (docs/DECISIONS.md).
 */
#include "variant/mime.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/err.h"
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

static void open_multipart(const char *subtype, const char *more, const char *boundary,
                           struct td_buf *out)
{
    td_buf_addf(out, "Content-Type: multipart/%s;%s\r\n boundary=\"%s\"\r\n\r\n", subtype,
                more, boundary);
}

/* Before each part; the line end in front belongs to it (RFC 2046 5.1.1). */
static void next_part(const char *boundary, bool first, struct td_buf *out)
{
    td_buf_addf(out, "%s--%s\r\n", first ? "" : "\r\n", boundary);
}

static void close_multipart(const char *boundary, struct td_buf *out)
{
    td_buf_addf(out, "\r\n--%s--\r\n", boundary);
}

static void write_body(const char *type, struct td_slice body, struct td_buf *out)
{
    td_buf_addf(out,
                "Content-Type: %s; charset=\"utf-8\"\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                type);
    td_buf_add_slice(out, body);
}

static void write_file(const struct td_enclosure *file, struct td_buf *out)
{
    const bool attached = file->kind == TD_ENCLOSURE_ATTACHMENT;
    td_buf_addf(out, "Content-Type: %s%s\r\nContent-Transfer-Encoding: base64\r\n",
                file->type,
                strncmp(file->type, "text/", 5) == 0 ? "; charset=\"utf-8\"" : "");
    if (!attached)
        td_buf_addf(out, "Content-ID: <%s>\r\n", file->cid);
    td_buf_addf(out, "Content-Disposition: %s", attached ? "attachment" : "inline");
    td_encode_parameter("filename", file->name, out);
    td_buf_add_str(out, "\r\n\r\n");
    td_encode_base64(file->bytes, out);
}

static void write_alternative(const struct td_mime_message *message, struct td_buf *out)
{
    char boundary[BOUNDARY_SIZE];
    if (message->html.ptr == NULL) {
        write_body("text/plain", message->text, out);
        return;
    }
    make_boundary(message, LEVEL_ALTERNATIVE, boundary);
    open_multipart("alternative", "", boundary, out);
    next_part(boundary, true, out);
    write_body("text/plain", message->text, out);
    next_part(boundary, false, out);
    write_body("text/html", message->html, out);
    close_multipart(boundary, out);
}

/* The root is the alternative, and is named so (RFC 2387 3.1). */
static void write_related(const struct td_mime_message *message, struct td_buf *out)
{
    char boundary[BOUNDARY_SIZE];
    if (message->image_count == 0) {
        write_alternative(message, out);
        return;
    }
    make_boundary(message, LEVEL_RELATED, boundary);
    open_multipart("related", " type=\"multipart/alternative\";", boundary, out);
    next_part(boundary, true, out);
    write_alternative(message, out);
    for (size_t i = 0; i < message->image_count; i++) {
        next_part(boundary, false, out);
        write_file(message->images[i], out);
    }
    close_multipart(boundary, out);
}

void td_mime_write(const struct td_mime_message *message, struct td_buf *out)
{
    char boundary[BOUNDARY_SIZE];
    td_buf_add_str(out, "MIME-Version: 1.0\r\n");
    if (message->attachment_count == 0) {
        write_related(message, out);
        return;
    }
    make_boundary(message, LEVEL_MIXED, boundary);
    open_multipart("mixed", "", boundary, out);
    next_part(boundary, true, out);
    write_related(message, out);
    for (size_t i = 0; i < message->attachment_count; i++) {
        next_part(boundary, false, out);
        write_file(message->attachments[i], out);
    }
    close_multipart(boundary, out);
}
