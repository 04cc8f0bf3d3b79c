/* What files may go with a mail, and what they are (enclosure.h). */
#include "model/enclosure.h"

#include <string.h>

/* ---- images: what their first bytes say ---- */

static unsigned byte(struct td_slice s, size_t i)
{
    return i < s.len ? (unsigned char)s.ptr[i] : 0;
}

static int big16(struct td_slice s, size_t i)
{
    return (int)(byte(s, i) << 8 | byte(s, i + 1));
}

static int little(struct td_slice s, size_t i, int bytes)
{
    int n = 0;
    for (int k = bytes - 1; k >= 0; k--)
        n = n << 8 | (int)byte(s, i + (size_t)k);
    return n;
}

static bool has_at(struct td_slice s, size_t at, const char *magic, size_t len)
{
    return s.len >= at + len && memcmp(s.ptr + at, magic, len) == 0;
}

/* The size stands in the frame header, SOF0 to SOF15 but for DHT, JPG and DAC (ITU T.81 B.1). */
static void measure_jpeg(struct td_enclosure *image)
{
    const struct td_slice s = image->bytes;
    for (size_t at = 2; at + 8 < s.len && byte(s, at) == 0xFF;) {
        const unsigned marker = byte(s, at + 1);
        const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 &&
                           marker != 0xC8 && marker != 0xCC;
        if (frame) {
            image->height = big16(s, at + 5);
            image->width = big16(s, at + 7);
            return;
        }
        at += marker == 0xFF ? 1 : 2 + (size_t)big16(s, at + 2);
    }
}

/* Three kinds: lossy, lossless, and with features (RFC 9649 2.5 to 2.7). */
static void measure_webp(struct td_enclosure *image)
{
    const struct td_slice s = image->bytes;
    if (has_at(s, 12, "VP8 ", 4) && s.len >= 30) {
        image->width = little(s, 26, 2) & 0x3FFF;
        image->height = little(s, 28, 2) & 0x3FFF;
    } else if (has_at(s, 12, "VP8L", 4) && s.len >= 25) {
        image->width = (little(s, 21, 2) & 0x3FFF) + 1;
        image->height = (little(s, 22, 3) >> 6 & 0x3FFF) + 1;
    } else if (has_at(s, 12, "VP8X", 4) && s.len >= 30) {
        image->width = little(s, 24, 3) + 1;
        image->height = little(s, 27, 3) + 1;
    }
}

static bool judge_image(struct td_enclosure *image)
{
    const struct td_slice s = image->bytes;
    if (has_at(s, 0, "\x89PNG\r\n\x1a\n", 8)) {
        image->type = "image/png";
        image->width = big16(s, 18);
        image->height = big16(s, 22);
    } else if (has_at(s, 0, "\xff\xd8\xff", 3)) {
        image->type = "image/jpeg";
        measure_jpeg(image);
    } else if (has_at(s, 0, "GIF87a", 6) || has_at(s, 0, "GIF89a", 6)) {
        image->type = "image/gif";
        image->width = little(s, 6, 2);
        image->height = little(s, 8, 2);
    } else if (has_at(s, 0, "RIFF", 4) && has_at(s, 8, "WEBP", 4)) {
        image->type = "image/webp";
        measure_webp(image);
    } else {
        return false;
    }
    return true;
}

/* ---- attachments: what their names say, and their first bytes agree ---- */

struct kind {
    const char *ending;
    const char *type;
    const char *magic; /* NULL: text, or an image */
};

static const struct kind kinds[] = {
    {".pdf", "application/pdf", "%PDF-"},
    {".csv", "text/csv", NULL},
    {".ics", "text/calendar", NULL},
    {".txt", "text/plain", NULL},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
     "PK\x03\x04"},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
     "PK\x03\x04"},
    {".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
     "PK\x03\x04"},
    {".odt", "application/vnd.oasis.opendocument.text", "PK\x03\x04"},
    {".ods", "application/vnd.oasis.opendocument.spreadsheet", "PK\x03\x04"},
    {".odp", "application/vnd.oasis.opendocument.presentation", "PK\x03\x04"},
    {".epub", "application/epub+zip", "PK\x03\x04"},
};

static const struct kind *kind_of(struct td_slice name)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(kinds); i++) {
        const size_t n = strlen(kinds[i].ending);
        if (name.len > n &&
            td_slice_iis(td_slice_sub(name, name.len - n, name.len), kinds[i].ending))
            return &kinds[i];
    }
    return NULL;
}

static enum td_status judge_attachment(struct td_enclosure *file, struct td_err *err)
{
    const struct kind *kind = kind_of(file->name);
    size_t bad = 0;
    if (kind == NULL && judge_image(file))
        return TD_OK;
    if (kind == NULL)
        return td_fail(err, TD_DATA,
                       "no kind of file that may be attached: pdf, csv, ics, txt, docx, "
                       "xlsx, pptx, odt, ods, odp, epub, png, jpeg, gif, webp");
    file->type = kind->type;
    if (kind->magic != NULL && !has_at(file->bytes, 0, kind->magic, strlen(kind->magic)))
        return td_fail(err, TD_DATA, "it does not begin as a %s file does",
                       kind->ending + 1);
    if (kind->magic == NULL && !td_utf8_valid(file->bytes, &bad))
        return td_fail(err, TD_DATA, "it is not UTF-8 at byte %zu", bad);
    return TD_OK;
}

enum td_status td_enclosure_judge(struct td_enclosure *enclosure, struct td_err *err)
{
    if (enclosure->bytes.len == 0)
        return td_fail(err, TD_DATA, "it is empty");
    if (enclosure->kind == TD_ENCLOSURE_ATTACHMENT)
        return judge_attachment(enclosure, err);
    if (judge_image(enclosure))
        return TD_OK;
    return td_fail(err, TD_DATA, "it is not a PNG, JPEG, GIF or WebP image");
}
