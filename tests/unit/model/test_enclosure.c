/* test_enclosure.c: what may go with a mail is known by its bytes, not by what it is called. */
#include "model/enclosure.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/td_test.h"

#define BYTES(s)                                                                         \
    {                                                                                    \
        (s), sizeof(s) - 1                                                               \
    }

static struct td_enclosure file(enum td_enclosure_kind kind, const char *name,
                                struct td_slice bytes)
{
    return (struct td_enclosure){.kind = kind, .name = td_slice(name), .bytes = bytes};
}

struct image_case {
    struct td_slice bytes;
    const char *type;
    int width, height;
};

/* The first bytes of real files, 640 by 480 but for the last. */
static const struct image_case images[] = {
    {BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02"), "image/png",
     640, 480},
    {BYTES("GIF89a\x80\x02\xe0\x01\x80\0\0"), "image/gif", 640, 480},
    {BYTES("GIF87a\x80\x02\xe0\x01\x80\0\0"), "image/gif", 640, 480},
    {BYTES("\xff\xd8\xff\xe0\0\x06JFIF\xff\xc4\0\x03x\xff\xc2\0\x11\x08\x01\xe0\x02\x80"
           "\x03"),
     "image/jpeg", 640, 480},
    {BYTES("RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\x80\x02\xe0\x01"),
     "image/webp", 640, 480},
    {BYTES("RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0\x2f\x7f\xc2\x77\0\0"), "image/webp", 640,
     480},
    {BYTES("RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"), "image/webp",
     640, 480},
    {BYTES("\xff\xd8\xff\xe0\xff\xff"), "image/jpeg", 0, 0}, /* cut short */
};

static void an_image_is_known_by_its_first_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(images); i++) {
        struct td_enclosure image =
            file(TD_ENCLOSURE_IMAGE, "chart.svg", images[i].bytes);
        struct td_err err = {0};
        assert_ok(td_enclosure_judge(&image, &err), err);
        assert_string_equal(image.type, images[i].type);
        assert_int_equal(image.width, images[i].width);
        assert_int_equal(image.height, images[i].height);
    }
}

static void a_cut_image_is_measured_without_reading_past_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(images); i++)
        for (size_t n = 0; n < images[i].bytes.len; n++) {
            char *copy =
                td_xmalloc(n > 0 ? n : 1); /* no longer: a sanitizer sees reads past it */
            memcpy(copy, images[i].bytes.ptr, n);
            struct td_enclosure image =
                file(TD_ENCLOSURE_LOGO, "x.png", td_slice_n(copy, n));
            struct td_err err = {0};
            (void)td_enclosure_judge(&image, &err);
            free(copy);
        }
}

static void what_is_no_image_is_refused(void **state)
{
    (void)state;
    static const struct td_slice none[] = {
        BYTES("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), BYTES(""), BYTES("MZ\x90"),
        BYTES("RIFF\x24\0\0\0WAVEfmt "), BYTES("\x89PNG")};
    for (size_t i = 0; i < TD_ARRAY_LEN(none); i++) {
        struct td_enclosure image = file(TD_ENCLOSURE_IMAGE, "x.png", none[i]);
        struct td_err err = {0};
        assert_int_equal(td_enclosure_judge(&image, &err), TD_DATA);
    }
}

struct attachment_case {
    const char *name;
    struct td_slice bytes;
    const char *type; /* NULL: refused */
};

static const struct attachment_case attachments[] = {
    {"Report.PDF", BYTES("%PDF-1.7\n"), "application/pdf"},
    {"report.pdf", BYTES("MZ\x90\0"), NULL},
    {"table.csv", BYTES("a,b\nä,ö\n"), "text/csv"},
    {"table.csv", BYTES("a,b\n\xe4,\xf6\n"), NULL},
    {"day.ics", BYTES("BEGIN:VCALENDAR\r\n"), "text/calendar"},
    {"book.xlsx", BYTES("PK\x03\x04\x14\0"),
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"book.xlsx", BYTES("\xd0\xcf\x11\xe0"), NULL},
    {"photo.jpg", BYTES("\xff\xd8\xff\xe0\0\x10JFIF"), "image/jpeg"},
    {"setup.exe", BYTES("MZ\x90\0"), NULL},
    {"macro.docm", BYTES("PK\x03\x04"), NULL},
    {"noending", BYTES("%PDF-1.7\n"), NULL},
    {".pdf", BYTES("%PDF-1.7\n"), NULL},
    {"empty.txt", BYTES(""), NULL},
};

static void an_attachment_is_what_its_name_says_or_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < TD_ARRAY_LEN(attachments); i++) {
        const struct attachment_case *c = &attachments[i];
        struct td_enclosure made = file(TD_ENCLOSURE_ATTACHMENT, c->name, c->bytes);
        struct td_err err = {0};
        const enum td_status status = td_enclosure_judge(&made, &err);
        if ((status == TD_OK) != (c->type != NULL))
            fail_msg("%s: %s", c->name, status == TD_OK ? made.type : err.text);
        if (c->type != NULL)
            assert_string_equal(made.type, c->type);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_is_known_by_its_first_bytes),
        cmocka_unit_test(a_cut_image_is_measured_without_reading_past_it),
        cmocka_unit_test(what_is_no_image_is_refused),
        cmocka_unit_test(an_attachment_is_what_its_name_says_or_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
