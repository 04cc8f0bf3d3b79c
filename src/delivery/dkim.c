/* DKIM signatures (dkim.h). */
#include "delivery/dkim.h"

#include <stdio.h>
#include <string.h>

#define FIELDS_MAX   100
#define LABEL_MAX    63
#define DNS_NAME_MAX 253
#define LINE_WIDTH   76

/* ---- domains, selectors, records ---- */

/* Whether name ends in ".suffix" or is it. */
static bool is_within(struct td_slice name, struct td_slice suffix)
{
    if (name.len < suffix.len)
        return false;
    const size_t at = name.len - suffix.len;
    return td_slice_ieq(td_slice_sub(name, at, name.len), suffix) &&
           (at == 0 || name.ptr[at - 1] == '.');
}

bool td_dkim_aligned(const char *domain, struct td_slice from_address)
{
    const struct td_slice signing = td_slice(domain);
    size_t at = from_address.len;
    while (at > 0 && from_address.ptr[at - 1] != '@')
        at--;
    const struct td_slice from = td_slice_sub(from_address, at, from_address.len);
    return is_within(from, signing) || is_within(signing, from);
}

bool td_dkim_selector_valid(const char *selector)
{
    size_t len = 0;
    char before = '.';
    for (const char *p = selector;; p++) {
        const bool graphic = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                             (*p >= '0' && *p <= '9');
        if (*p == '.' || *p == '\0') {
            if (len == 0 || len > LABEL_MAX || before == '-')
                return false;
            len = 0;
        } else if (graphic || (*p == '-' && len > 0))
            len++;
        else
            return false;
        if (*p == '\0')
            return p - selector <= DNS_NAME_MAX;
        before = *p;
    }
}

void td_dkim_record(const struct td_dkim_key *key, struct td_buf *name,
                    struct td_buf *value)
{
    td_buf_addf(name, "%s._domainkey.%s", key->selector, key->domain);
    td_buf_addf(value, "v=DKIM1; k=%s; p=",
                td_sign_key_kind(key->key) == TD_SIGN_RSA ? "rsa" : "ed25519");
    td_sign_public(key->key, value);
}

/* ---- header and body ---- */

/* Where the body begins, behind the empty line; (size_t)-1: there is none. */
static size_t body_start(struct td_slice mail)
{
    const size_t end = td_slice_find_str(mail, 0, "\r\n\r\n");
    return end == (size_t)-1 ? end : end + 4;
}

struct td_relaxed_body *td_dkim_common(const struct td_variant *variant)
{
    const struct td_slice bytes = td_buf_slice(&variant->bytes);
    struct td_relaxed_body *common = td_relaxed_body_create();
    const size_t start = body_start(bytes);
    size_t end = bytes.len;
    if (start == (size_t)-1)
        return common;
    for (size_t i = variant->slot_count; i-- > 0;)
        if (variant->slots[i].offset >= start)
            end = variant->slots[i].offset;
    td_relaxed_body_add(common, td_slice_sub(bytes, start, end));
    return common;
}

static void hash_body(struct td_slice body, const struct td_relaxed_body *common,
                      unsigned char hash[TD_SHA256_LEN])
{
    const bool known = common && td_relaxed_body_size(common) <= body.len;
    struct td_relaxed_body *whole =
        known ? td_relaxed_body_copy(common) : td_relaxed_body_create();
    td_relaxed_body_add(whole, td_slice_sub(body, td_relaxed_body_size(whole), body.len));
    td_relaxed_body_finish(whole, hash);
}

/* The fields to be signed, in the order of the header. */
struct fields {
    struct td_slice items[FIELDS_MAX];
    size_t count;
};

static struct td_slice name_of(struct td_slice field)
{
    return td_slice_trim(td_slice_sub(field, 0, td_slice_find(field, 0, ':')));
}

static bool is_signed(struct td_slice name)
{
    static const char *const starts[] = {"List-", "Content-", "MIME-", "CFBL-"};
    static const char *const names[] = {
        "From",           "To",         "Cc",       "Subject",     "Date",
        "Message-ID",     "Sender",     "Reply-To", "In-Reply-To", "References",
        "Auto-Submitted", "Feedback-ID"};
    for (size_t i = 0; i < TD_ARRAY_LEN(starts); i++)
        if (td_slice_istarts(name, starts[i]))
            return true;
    for (size_t i = 0; i < TD_ARRAY_LEN(names); i++)
        if (td_slice_iis(name, names[i]))
            return true;
    return false;
}

/* A field goes on in lines that begin with white space. */
static enum td_status find_fields(struct td_slice header, struct fields *out,
                                  struct td_err *err)
{
    size_t from = 0;
    out->count = 0;
    while (from < header.len) {
        size_t end = td_slice_find_str(header, from, "\r\n");
        while (end != (size_t)-1 && end + 2 < header.len &&
               (header.ptr[end + 2] == ' ' || header.ptr[end + 2] == '\t'))
            end = td_slice_find_str(header, end + 2, "\r\n");
        if (end == (size_t)-1)
            end = header.len;
        const struct td_slice field = td_slice_sub(header, from, end);
        from = end + 2;
        if (td_slice_find(field, 0, ':') == (size_t)-1 || !is_signed(name_of(field)))
            continue;
        if (out->count == FIELDS_MAX)
            return td_fail(err, TD_DATA, "DKIM: more than %d header fields", FIELDS_MAX);
        out->items[out->count++] = field;
    }
    return TD_OK;
}

/* ---- the signature ---- */

/* What all signatures of a mail share. */
struct common {
    struct td_sha256 *header; /* over the signed fields, canonical */
    struct td_buf names;      /* h=, folded where it stands behind " h=" */
    struct td_buf body_hash;  /* bh= */
    long long when;           /* t= */
};

/* Appends a word that may stand on a line of its own. */
static void add_word(struct td_buf *line, const char *separator, struct td_slice word)
{
    size_t column = 0;
    while (column < line->len && line->ptr[line->len - column - 1] != '\n')
        column++;
    if (column + strlen(separator) + word.len + 1 > LINE_WIDTH)
        td_buf_add_str(line, separator[0] == ':' ? ":\r\n  " : "\r\n ");
    else
        td_buf_add_str(line, separator);
    td_buf_add_slice(line, word);
}

static void add_name(struct td_buf *names, struct td_slice name)
{
    add_word(names, names->len == 0 ? " h=" : ":", name);
}

/* From the last field up, as a verifier takes those of one name (RFC 6376 5.4.2); then the names
 * that must not be there once more, which add nothing to the hash. */
static void take_fields(const struct fields *fields, struct common *common)
{
    static const char *const once_more[] = {"From",
                                            "Subject",
                                            "To",
                                            "Date",
                                            "Reply-To",
                                            "Content-Type",
                                            "List-Unsubscribe",
                                            "List-Unsubscribe-Post"};
    struct td_buf canonical;
    td_buf_init(&canonical, SIZE_MAX);
    for (size_t i = fields->count; i-- > 0;) {
        td_relaxed_field(fields->items[i], &canonical);
        td_buf_add_str(&canonical, "\r\n");
        add_name(&common->names, name_of(fields->items[i]));
    }
    for (size_t i = 0; i < TD_ARRAY_LEN(once_more); i++)
        add_name(&common->names, td_slice(once_more[i]));
    td_sha256_add(common->header, canonical.ptr, canonical.len);
    td_buf_release(&canonical);
}

/* The field up to "b=", and what is hashed of it behind the other fields. */
static void write_field(const struct td_dkim_key *key, const struct common *common,
                        struct td_buf *line)
{
    char tag[sizeof "s=;" + DNS_NAME_MAX];
    td_buf_add_str(line, "DKIM-Signature: v=1; a=");
    td_buf_add_str(line, td_sign_key_kind(key->key) == TD_SIGN_RSA ? "rsa" : "ed25519");
    td_buf_add_str(line, "-sha256; c=relaxed/relaxed;");
    (void)snprintf(tag, sizeof tag, "d=%s;", key->domain);
    add_word(line, " ", td_slice(tag));
    (void)snprintf(tag, sizeof tag, "s=%s;", key->selector);
    add_word(line, " ", td_slice(tag));
    (void)snprintf(tag, sizeof tag, "t=%lld;", common->when);
    add_word(line, " ", td_slice(tag));
    td_buf_add_str(line, "\r\n bh=");
    td_buf_add_slice(line, td_buf_slice(&common->body_hash));
    td_buf_add_str(line, ";\r\n");
    td_buf_add_slice(line, td_buf_slice(&common->names));
    td_buf_add_str(line, ";\r\n b=");
}

/* In lines: white space within b= is ignored (RFC 6376 3.5). */
static void add_signature(struct td_buf *line, const unsigned char *bytes, size_t n)
{
    struct td_buf text;
    td_buf_init(&text, 2 * (size_t)TD_SIGNATURE_MAX);
    td_base64(&text, bytes, n);
    const struct td_slice all = td_buf_slice(&text);
    const size_t first = LINE_WIDTH - strlen(" b=");
    td_buf_add_slice(line, td_slice_sub(all, 0, first));
    for (size_t at = first; at < all.len; at += LINE_WIDTH - 1) {
        td_buf_add_str(line, "\r\n ");
        td_buf_add_slice(line, td_slice_sub(all, at, at + LINE_WIDTH - 1));
    }
    td_buf_add_str(line, "\r\n");
    td_buf_release(&text);
}

static enum td_status sign_with(const struct td_dkim_key *key,
                                const struct common *common, struct td_buf *lines,
                                struct td_err *err)
{
    struct td_buf line;
    struct td_buf canonical;
    unsigned char hash[TD_SHA256_LEN];
    unsigned char signature[TD_SIGNATURE_MAX];
    size_t n = 0;
    td_buf_init(&line, SIZE_MAX);
    td_buf_init(&canonical, SIZE_MAX);
    write_field(key, common, &line);
    td_relaxed_field(td_buf_slice(&line), &canonical);
    struct td_sha256 *whole = td_sha256_copy(common->header);
    td_sha256_add(whole, canonical.ptr, canonical.len);
    td_sha256_finish(whole, hash);
    enum td_status status = td_sign(key->key, hash, signature, &n, err);
    if (status == TD_OK) {
        add_signature(&line, signature, n);
        td_buf_add_slice(lines, td_buf_slice(&line));
    } else
        (void)td_err_context(err, "DKIM key %s._domainkey.%s", key->selector,
                             key->domain);
    td_buf_release(&canonical);
    td_buf_release(&line);
    return status;
}

static enum td_status sign_all(const struct td_dkim_job *job, struct td_slice mail,
                               struct td_buf *lines, struct td_err *err)
{
    struct fields fields;
    struct common common = {.when = (long long)(job->when / TD_SECOND)};
    unsigned char hash[TD_SHA256_LEN];
    const size_t body = body_start(mail);
    if (body == (size_t)-1)
        return td_fail(err, TD_DATA, "DKIM: no empty line between header and body");
    enum td_status status = find_fields(td_slice_sub(mail, 0, body - 2), &fields, err);
    if (status != TD_OK)
        return status;
    common.header = td_sha256_create();
    td_buf_init(&common.names, SIZE_MAX);
    td_buf_init(&common.body_hash, 2 * (size_t)TD_SHA256_LEN);
    hash_body(td_slice_sub(mail, body, mail.len), job->common, hash);
    td_base64(&common.body_hash, hash, sizeof hash);
    take_fields(&fields, &common);
    for (size_t i = 0; i < job->key_count && status == TD_OK; i++)
        if (td_dkim_aligned(job->keys[i].domain, job->from_address))
            status = sign_with(&job->keys[i], &common, lines, err);
    td_sha256_destroy(common.header);
    td_buf_release(&common.names);
    td_buf_release(&common.body_hash);
    return status;
}

static enum td_status put_before(struct td_slice lines, struct td_buf *mail,
                                 struct td_err *err)
{
    const size_t before = mail->len;
    if (lines.len > mail->max - mail->len)
        return td_fail(err, TD_DATA, "the mail is larger than it may be once signed");
    td_buf_add_repeat(mail, ' ', lines.len);
    memmove(mail->ptr + lines.len, mail->ptr, before);
    memcpy(mail->ptr, lines.ptr, lines.len);
    return TD_OK;
}

static bool any_aligned(const struct td_dkim_job *job)
{
    for (size_t i = 0; i < job->key_count; i++)
        if (td_dkim_aligned(job->keys[i].domain, job->from_address))
            return true;
    return false;
}

enum td_status td_dkim_sign(const struct td_dkim_job *job, struct td_buf *mail,
                            struct td_err *err)
{
    struct td_buf lines;
    if (!any_aligned(job))
        return TD_OK;
    td_buf_init(&lines, SIZE_MAX);
    enum td_status status = sign_all(job, td_buf_slice(mail), &lines, err);
    if (status == TD_OK)
        status = put_before(td_buf_slice(&lines), mail, err);
    td_buf_release(&lines);
    return status;
}
