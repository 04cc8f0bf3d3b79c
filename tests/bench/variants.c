/*
 * variants.c: how long one variant takes to build: bench_variants N writes the mails of N
 * selections of a 20 KB edition to stdout, apart by a line of one dot, and a JSON line with the
 * seconds to stderr. bench.py builds the same mails with Python's email beside it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/embed.h"
#include "base/file.h"
#include "content/content.h"
#include "edition/pick.h"
#include "variant/compose.h"

extern const struct td_embedded td_embedded_templates[];

#define SECTIONS 12

static void fail(const struct td_err *err)
{
    (void)fprintf(stderr, "bench_variants: %s\n", err->text);
    exit(1);
}

static enum td_status load(void *context, const char *name, struct td_buf *out,
                           struct td_err *err)
{
    struct td_slice text = td_embedded_find(td_embedded_templates, name);
    (void)context;
    if (!text.ptr)
        return td_fail(err, TD_NOINPUT, "no template %s", name);
    td_buf_add_slice(out, text);
    return TD_OK;
}

/* A briefing of about 20 KB as a mail: a lead and twelve sections. */
static void write_source(struct td_buf *out)
{
    td_buf_add_str(out, "---\ntitle: Bench\nstandfirst: The day in numbers.\n---\n\n");
    for (int section = 0; section <= SECTIONS; section++) {
        if (section > 0)
            td_buf_addf(out, "## Section %d of the day {.t%d}\n\n", section, section - 1);
        for (int i = 0; i < 8; i++)
            td_buf_addf(
                out,
                "Trusts in region %d told patients that waits of %d weeks would end by "
                "spring, “with luck”, a [report](https://news.example/%d) said.\n\n",
                section, i, i);
    }
}

/* Which topics the i-th reader wants: some pair of sections more or less, each i its own. */
static uint64_t wish(uint64_t i)
{
    return (i * 2654435761U) % (1U << SECTIONS);
}

static double build(const struct td_edition *edition, struct td_templates *templates,
                    int count)
{
    const struct td_clock clock = td_clock_system();
    td_time spent = 0;
    for (int i = 0; i < count; i++) {
        struct td_selection selection;
        struct td_variant variant;
        struct td_err err;
        struct td_compose_input input = {.edition = edition,
                                         .selection = &selection,
                                         .templates = templates,
                                         .zone_date = "Friday 20 November 2026"};
        td_time begun = td_clock_monotonic(&clock);
        td_selection_make(edition, wish((uint64_t)i + 1), TD_FORMAT_HTML, &selection);
        if (td_compose(&input, &variant, &err) != TD_OK)
            fail(&err);
        spent += td_clock_monotonic(&clock) - begun;
        (void)fwrite(variant.bytes.ptr, 1, variant.bytes.len, stdout);
        (void)fputs("\r\n.\r\n", stdout);
        td_variant_release(&variant);
    }
    return (double)spent / (double)TD_SECOND;
}

int main(int argc, char **argv)
{
    static char names[SECTIONS][8];
    struct td_topic topics[SECTIONS];
    struct td_newsletter newsletter = {.name = "daily",
                                       .title = "Bench",
                                       .from_name = "Bench",
                                       .from_address = "a@news.example",
                                       .list_id = "daily.news.example",
                                       .language = "en",
                                       .subject = "{{headline}}",
                                       .postal_address = "1 Street, Town",
                                       .zone = "Europe/London",
                                       .template_name = "daily",
                                       .topics = topics,
                                       .topic_count = SECTIONS};
    struct td_warnings warnings = {0};
    struct td_story *story = NULL;
    struct td_edition edition;
    struct td_err err;
    struct td_buf source;
    int64_t count = 300;
    if (argc > 1 && (!td_slice_int64(td_slice(argv[1]), &count) || count < 1))
        return 64;
    for (int i = 0; i < SECTIONS; i++) {
        (void)snprintf(names[i], sizeof names[i], "t%d", i);
        topics[i] = (struct td_topic){.name = names[i], .title = names[i]};
    }
    td_buf_init(&source, TD_SOURCE_MAX);
    write_source(&source);
    if (td_content_parse(td_buf_slice(&source), TD_FORM_MARKDOWN, "bench.md", &story,
                         &warnings, &err) != TD_OK)
        fail(&err);
    struct td_pick_input pick = {.newsletter = &newsletter,
                                 .story = story,
                                 .date = {2026, 11, 20},
                                 .slug = "2026-11-20"};
    if (td_edition_pick(&pick, &edition, &err) != TD_OK)
        fail(&err);
    edition.subject = td_slice("Bench");
    struct td_templates *templates =
        td_templates_create((struct td_template_source){.load = load});
    double seconds = build(&edition, templates, (int)count);
    (void)fprintf(stderr, "{\"variants\":%lld,\"seconds\":%.6f}\n", (long long)count,
                  seconds);
    td_templates_destroy(templates);
    td_story_destroy(story);
    td_buf_release(&source);
    return 0;
}
