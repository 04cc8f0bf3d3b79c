/*
 * address.c: checks email addresses and makes the two forms beside the typed one: the
 * wire form for the envelope and the key for matching.
 *
 * Plain ASCII addresses, nearly all of an import, never meet libidn2. A local part that
 * is not ASCII is folded through libidn2's UTS #46 mapping (NFC, case, compatibility
 * forms), piece by piece between ASCII punctuation; a piece it cannot map (an emoji, say)
 * keeps its bytes and only its ASCII letters fold.
 */
#include "model/address.h"

#include <string.h>

#include <idn2.h>

#include "base/buf.h"

#define LOCAL_MAX 64 /* RFC 5321 4.5.3.1.1 */
#define LABEL_MAX 63 /* RFC 1035 2.3.4 */
#define NOWHERE   ((size_t)-1)

static bool is_letter_or_digit(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* atext of RFC 5321 4.1.2 and, with RFC 6531 3.3, every byte of a non-ASCII character. */
static bool is_atext(unsigned char c)
{
    return is_letter_or_digit(c) || c >= 0x80 ||
           (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void copy_lower(char *out, struct td_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        out[i] = lower(s.ptr[i]);
    out[s.len] = '\0';
}

static bool is_ascii(struct td_slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    }
    return true;
}

/* Blanks and marks that come along with pasted text and that nobody sees. */
static bool is_invisible(int32_t cp)
{
    return cp == 0xA0 || cp == 0xAD || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200B) ||
           (cp >= 0x200E && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202F) ||
           (cp >= 0x205F && cp <= 0x206F) || cp == 0x3000 || cp == 0xFEFF;
}

static enum td_status check_bytes(struct td_slice text, struct td_err *err)
{
    if (text.len == 0)
        return td_fail(err, TD_DATA, "no address");
    if (text.len > TD_ADDRESS_MAX)
        return td_fail(err, TD_DATA, "longer than %d octets", TD_ADDRESS_MAX);
    if (!td_utf8_valid(text, NULL))
        return td_fail(err, TD_DATA, "address is not UTF-8");
    if (td_slice_find_control(text) != NOWHERE)
        return td_fail(err, TD_DATA, "control character in address");
    if (is_ascii(text))
        return TD_OK;
    for (size_t pos = 0; pos < text.len;) {
        int32_t cp = td_utf8_next(text, &pos);
        if (is_invisible(cp))
            return td_fail(err, TD_DATA, "invisible character U+%04X in address",
                           (unsigned)cp);
    }
    return TD_OK;
}

/* Where the quoted string that text begins with ends (behind its quotation mark), or
 * NOWHERE. */
static size_t quoted_end(struct td_slice text)
{
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] == '\\')
            i++;
        else if (text.ptr[i] == '"')
            return i + 1;
    }
    return NOWHERE;
}

static enum td_status split(struct td_slice text, struct td_slice *local,
                            struct td_slice *domain, struct td_err *err)
{
    size_t at = td_slice_find(text, 0, '@');
    if (at == NOWHERE)
        return td_fail(err, TD_DATA, "no @");
    if (text.ptr[0] == '"') {
        at = quoted_end(text);
        if (at == NOWHERE)
            return td_fail(err, TD_DATA, "quotation mark is not closed");
        if (at >= text.len || text.ptr[at] != '@')
            return td_fail(err, TD_DATA, "no @ behind the quoted local part");
    }
    if (td_slice_find(text, at + 1, '@') != NOWHERE)
        return td_fail(err, TD_DATA, "more than one @");
    *local = td_slice_sub(text, 0, at);
    *domain = td_slice_sub(text, at + 1, text.len);
    return TD_OK;
}

static bool is_dot_string(struct td_slice s)
{
    bool dot = true; /* the byte before: none may begin, end or follow another */
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.' ? dot : !is_atext((unsigned char)s.ptr[i]))
            return false;
        dot = s.ptr[i] == '.';
    }
    return !dot;
}

static enum td_status check_local(struct td_slice local, struct td_err *err)
{
    if (local.len == 0)
        return td_fail(err, TD_DATA, "nothing before the @");
    if (local.len > LOCAL_MAX)
        return td_fail(err, TD_DATA, "local part longer than %d octets", LOCAL_MAX);
    if (local.ptr[0] == '"' || is_dot_string(local))
        return TD_OK;
    if (td_slice_find(local, 0, '<') != NOWHERE)
        return td_fail(err, TD_DATA, "angle bracket: only the address itself");
    for (size_t i = 0; i < local.len; i++) {
        char c = local.ptr[i];
        if (c == ' ')
            return td_fail(err, TD_DATA, "space in local part");
        if (c != '.' && !is_atext((unsigned char)c))
            return td_fail(err, TD_DATA, "character %c in local part", c);
    }
    return td_fail(err, TD_DATA, "dot at the start, the end or twice in local part");
}

static enum td_status check_label(struct td_slice label, struct td_err *err)
{
    if (label.len == 0)
        return td_fail(err, TD_DATA, "empty part in domain");
    if (label.len > LABEL_MAX)
        return td_fail(err, TD_DATA, "part of domain longer than %d octets", LABEL_MAX);
    for (size_t i = 0; i < label.len; i++) {
        char c = label.ptr[i];
        if (c == ' ')
            return td_fail(err, TD_DATA, "space in domain");
        if (c != '-' && !is_letter_or_digit((unsigned char)c))
            return td_fail(err, TD_DATA, "character %c in domain", c);
    }
    if (label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
        return td_fail(err, TD_DATA, "hyphen at the edge of a part of domain");
    return TD_OK;
}

/* The last label of a real domain is never a number; an IPv4 address ends in one. */
static bool is_number(struct td_slice label)
{
    for (size_t i = 0; i < label.len; i++) {
        if (label.ptr[i] < '0' || label.ptr[i] > '9')
            return false;
    }
    return true;
}

/* Letters, digits and hyphens in at least two labels (RFC 5321 4.1.2, RFC 1123 2.1). */
static enum td_status check_domain(struct td_slice domain, struct td_err *err)
{
    if (domain.len == 0)
        return td_fail(err, TD_DATA, "nothing behind the @");
    if (domain.ptr[0] == '[')
        return td_fail(err, TD_DATA, "address literal instead of a domain");
    if (domain.ptr[domain.len - 1] == '.')
        return td_fail(err, TD_DATA, "dot at the end of domain");
    struct td_slice label = domain;
    size_t labels = 0;
    for (size_t from = 0; from <= domain.len; from += label.len + 1, labels++) {
        size_t dot = td_slice_find(domain, from, '.');
        label = td_slice_sub(domain, from, dot == NOWHERE ? domain.len : dot);
        enum td_status status = check_label(label, err);
        if (status != TD_OK)
            return status;
    }
    if (labels == 1 && !td_slice_is(domain, "localhost"))
        return td_fail(err, TD_DATA, "no dot in domain");
    if (is_number(label))
        return td_fail(err, TD_DATA, "domain ends in a number");
    return TD_OK;
}

/* The A-label form, lower case (RFC 5891 section 4; UTS #46 without transitional forms).
 * Each label of the result is checked by us: libidn2's own rules for ASCII delete what
 * they forbid. */
static enum td_status to_a_labels(struct td_slice domain, char out[TD_ADDRESS_MAX + 1],
                                  struct td_err *err)
{
    copy_lower(out, domain);
    if (is_ascii(domain) && td_slice_find_str(td_slice(out), 0, "xn--") == NOWHERE)
        return check_domain(td_slice(out), err);
    char *ascii = NULL;
    int rc = idn2_to_ascii_8z(out, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (rc != IDN2_OK)
        return td_fail(err, TD_DATA, "domain: %s", idn2_strerror(rc));
    size_t len = strlen(ascii);
    bool fits = len <= TD_ADDRESS_MAX;
    if (fits)
        memcpy(out, ascii, len + 1);
    idn2_free(ascii);
    if (!fits)
        return td_fail(err, TD_DATA, "longer than %d octets", TD_ADDRESS_MAX);
    return check_domain(td_slice(out), err);
}

/* Appends a piece as UTS #46 maps it, or with only its ASCII letters folded. */
static void add_folded_piece(struct td_buf *out, struct td_slice piece)
{
    char typed[LOCAL_MAX + 1];
    copy_lower(typed, piece);
    char *ascii = NULL;
    char *mapped = NULL;
    if (!is_ascii(piece) &&
        idn2_to_ascii_8z(typed, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK)
        (void)idn2_to_unicode_8z8z(ascii, &mapped, 0);
    td_buf_add_str(out, mapped != NULL ? mapped : typed);
    idn2_free(ascii);
    idn2_free(mapped);
}

static void add_folded(struct td_buf *out, struct td_slice local)
{
    size_t from = 0;
    for (size_t i = 0; i <= local.len; i++) {
        unsigned char c = i < local.len ? (unsigned char)local.ptr[i] : '\0';
        if (i < local.len && (c >= 0x80 || is_letter_or_digit(c)))
            continue;
        if (i > from)
            add_folded_piece(out, td_slice_sub(local, from, i));
        if (i < local.len)
            td_buf_add_char(out, (char)c);
        from = i + 1;
    }
}

/* "ann"@x and ann@x are one mailbox (RFC 5321 4.1.2): quotes stay only where they are
 * needed. */
static struct td_slice unquote(struct td_slice local, char out[LOCAL_MAX + 1])
{
    if (local.ptr[0] != '"')
        return local;
    size_t n = 0;
    for (size_t i = 1; i + 1 < local.len; i++) {
        if (local.ptr[i] == '\\')
            i++;
        out[n++] = local.ptr[i];
    }
    struct td_slice bare = td_slice_n(out, n);
    if (is_dot_string(bare))
        return bare;
    n = 0;
    out[n++] = '"';
    for (size_t i = 1; i + 1 < local.len; i++) {
        if (local.ptr[i] == '\\')
            i++;
        if (local.ptr[i] == '\\' || local.ptr[i] == '"')
            out[n++] = '\\';
        out[n++] = local.ptr[i];
    }
    out[n++] = '"';
    return td_slice_n(out, n);
}

/* "local@domain" into out; false when it is too long. */
static bool join(char out[TD_ADDRESS_MAX + 1], struct td_slice local,
                 struct td_slice domain)
{
    if (local.len + 1 + domain.len > TD_ADDRESS_MAX)
        return false;
    memcpy(out, local.ptr, local.len);
    out[local.len] = '@';
    memcpy(out + local.len + 1, domain.ptr, domain.len);
    out[local.len + 1 + domain.len] = '\0';
    return true;
}

static bool make_key(struct td_address *out, struct td_slice local)
{
    char plain[LOCAL_MAX + 1];
    char folded[LOCAL_MAX + 1];
    local = unquote(local, plain);
    if (!out->needs_smtputf8) {
        copy_lower(folded, local);
        return join(out->key, td_slice_n(folded, local.len), td_slice(out->domain));
    }
    struct td_buf buf;
    td_buf_init(&buf, TD_ADDRESS_MAX);
    add_folded(&buf, local);
    bool fits =
        !td_buf_full(&buf) && join(out->key, td_buf_slice(&buf), td_slice(out->domain));
    td_buf_release(&buf);
    return fits;
}

enum td_status td_address_parse(struct td_slice text, struct td_address *out,
                                struct td_err *err)
{
    text = td_slice_trim(text);
    struct td_slice local = {0};
    struct td_slice domain = {0};
    enum td_status status = check_bytes(text, err);
    if (status == TD_OK)
        status = split(text, &local, &domain, err);
    if (status == TD_OK)
        status = check_local(local, err);
    if (status == TD_OK)
        status = to_a_labels(domain, out->domain, err);
    if (status != TD_OK)
        return status;
    memcpy(out->text, text.ptr, text.len);
    out->text[text.len] = '\0';
    out->needs_smtputf8 = !is_ascii(local);
    /* An ASCII domain goes out as it was typed. */
    bool fits = join(out->wire, local, is_ascii(domain) ? domain : td_slice(out->domain));
    if (!fits || !make_key(out, local))
        return td_fail(err, TD_DATA, "longer than %d octets", TD_ADDRESS_MAX);
    return TD_OK;
}

bool td_address_key(struct td_slice text, char out[TD_ADDRESS_MAX + 1])
{
    struct td_address address;
    if (td_address_parse(text, &address, NULL) == TD_OK) {
        memcpy(out, address.key, sizeof address.key);
        return true;
    }
    text = td_slice_trim(text);
    if (text.len == 0 || text.len > TD_ADDRESS_MAX)
        return false;
    copy_lower(out, text);
    return true;
}
