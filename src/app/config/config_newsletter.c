/* Topics and newsletters of the configuration (config_build.h). */
#include "app/config/config_build.h"

#include <stdio.h>
#include <string.h>

#include "app/config/config_value.h"
#include "app/config/templates.h"
#include "base/zone.h"
#include "model/prefs.h"

#define SUBJECT_DEFAULT  "{{newsletter}}: {{headline}}"
#define LANGUAGE_DEFAULT "en"
#define PLACEHOLDER      "PLACEHOLDER" /* how the postal address that `init` writes begins */

/* ---- topics ---- */

/* A keyword is looked for as whole words, so one without a letter or digit never matches. */
static bool has_word(const char *text)
{
    for (; *text; text++)
        if ((*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'z') ||
            (*text >= 'A' && *text <= 'Z') || (unsigned char)*text >= 0x80)
            return true;
    return false;
}

static void build_keywords(const struct td_place *place, const struct td_raw_topic *raw,
                           struct td_topic *topic)
{
    struct td_arena *arena = place->builder->config->arena;
    const char **keywords =
        td_arena_alloc(arena, (raw->keywords_count + 1) * sizeof *keywords);
    for (size_t i = 0; i < raw->keywords_count; i++) {
        char key[40];
        (void)snprintf(key, sizeof key, "keywords[%zu]", i);
        keywords[i] = td_take_line(place, (struct td_word){key, raw->keywords[i]}, NULL);
        if (keywords[i] && !has_word(keywords[i]))
            td_fault_at(place, key, "\"%s\" has no letter or digit", keywords[i]);
    }
    topic->keywords = keywords;
    topic->keyword_count = raw->keywords_count;
}

static struct td_topic *build_topics(struct td_builder *builder)
{
    const struct td_raw_config *raw = builder->raw;
    struct td_topic *topics =
        td_arena_alloc(builder->config->arena, (raw->topics_count + 1) * sizeof *topics);
    for (size_t i = 0; i < raw->topics_count; i++) {
        const struct td_raw_topic *word = &raw->topics[i];
        struct td_place place = td_place(builder, "topics", i);
        topics[i].name = td_take_name(&place, (struct td_word){"name", word->name});
        topics[i].title =
            td_take_line(&place, (struct td_word){"title", word->title}, topics[i].name);
        build_keywords(&place, word, &topics[i]);
        for (size_t j = 0; j < i; j++)
            if (strcmp(raw->topics[j].name, word->name) == 0) {
                td_fault_at(&place, "name", "topics[%zu] is called \"%s\" too", j,
                            word->name);
                break;
            }
    }
    return topics;
}

static const struct td_topic *find_topic(const struct td_builder *builder,
                                         const struct td_topic *topics, const char *name)
{
    for (size_t i = 0; i < builder->raw->topics_count; i++)
        if (strcmp(builder->raw->topics[i].name, name) == 0)
            return &topics[i];
    return NULL;
}

/* The topics a newsletter names, or all of them. */
static void choose_topics(const struct td_place *place,
                          const struct td_raw_newsletter *raw, const struct td_topic *all,
                          struct td_newsletter *out)
{
    const struct td_builder *builder = place->builder;
    char path[100];
    (void)snprintf(path, sizeof path, "%s.topics", place->path);
    bool named = td_yaml_find(builder->root, path) != NULL;
    size_t count = named ? raw->topics_count : builder->raw->topics_count;
    if (count > TD_TOPICS_MAX) {
        td_fault_at(place, "topics", "%zu topics; a newsletter has at most %d", count,
                    TD_TOPICS_MAX);
        return;
    }
    out->topics = all;
    out->topic_count = count;
    if (!named)
        return;
    struct td_topic *chosen =
        td_arena_alloc(builder->config->arena, (count + 1) * sizeof *chosen);
    for (size_t i = 0; i < count; i++) {
        char key[40];
        const struct td_topic *topic = find_topic(builder, all, raw->topics[i]);
        (void)snprintf(key, sizeof key, "topics[%zu]", i);
        for (size_t j = 0; topic && j < i; j++)
            if (strcmp(raw->topics[j], raw->topics[i]) == 0)
                td_fault_at(place, key, "\"%s\" is named twice", raw->topics[i]);
        if (topic)
            chosen[i] = *topic;
        else
            td_fault_at(place, key,
                        "there is no topic \"%s\" under the key topics of the file",
                        raw->topics[i]);
    }
    out->topics = chosen;
}

/* ---- newsletters ---- */

static void build_sender(const struct td_place *place,
                         const struct td_raw_newsletter *raw, struct td_newsletter *out)
{
    struct td_arena *arena = place->builder->config->arena;
    const char *domain = place->builder->config->domain;
    struct td_err err;
    out->from_name =
        td_take_line(place, (struct td_word){"from_name", raw->from_name}, out->title);
    out->from_address =
        td_take_address(place, (struct td_word){"from_address", raw->from_address});
    out->reply_to = td_take_address(place, (struct td_word){"reply_to", raw->reply_to});
    out->list_id =
        raw->list_id
            ? td_arena_strdup(arena, raw->list_id)
            : td_arena_printf(arena, "%s.%s", raw->name, domain ? domain : "invalid").ptr;
    if ((raw->list_id || (out->name && domain)) &&
        td_value_list_id(out->list_id, &err) != TD_OK)
        td_fault_at(place, "list_id", "%s", err.text);
    out->language = td_take_line(place, (struct td_word){"language", raw->language},
                                 LANGUAGE_DEFAULT);
    if (raw->language && td_value_language(raw->language, &err) != TD_OK)
        td_fault_at(place, "language", "%s", err.text);
}

static const char *take_template(const struct td_place *place, struct td_word word,
                                 const char *otherwise, const char *const *variables)
{
    struct td_err err;
    const char *text = td_take_line(place, word, otherwise);
    if (word.text && text && td_value_template(text, variables, &err) != TD_OK)
        td_fault_at(place, word.key, "%s", err.text);
    return text;
}

static void build_words(const struct td_place *place, const struct td_raw_newsletter *raw,
                        struct td_newsletter *out)
{
    static const char *const in_subject[] = {"newsletter", "headline", "date", NULL};
    static const char *const in_greeting[] = {"name", NULL};
    const struct td_config *config = place->builder->config;
    struct td_err err;
    out->subject = take_template(place, (struct td_word){"subject", raw->subject},
                                 SUBJECT_DEFAULT, in_subject);
    out->greeting = take_template(place, (struct td_word){"greeting", raw->greeting},
                                  NULL, in_greeting);
    out->greeting_fallback = td_take_line(
        place, (struct td_word){"greeting_fallback", raw->greeting_fallback}, NULL);
    if (raw->greeting_fallback && !raw->greeting)
        td_fault_at(place, "greeting_fallback", "a greeting_fallback without a greeting");
    out->template_name =
        td_take_name(place, (struct td_word){"template", raw->template_name});
    if (out->template_name &&
        td_app_template_exists(config, out->template_name, &err) != TD_OK)
        td_fault_at(place, "template", "%s", err.text);
}

/* The address of the newsletter, else of the publisher; a fault of the latter is told by
 * check_publisher, once. */
static void build_imprint(const struct td_place *place,
                          const struct td_raw_newsletter *raw, struct td_newsletter *out)
{
    const struct td_raw_publisher *publisher = &place->builder->raw->publisher;
    const char *address =
        raw->postal_address ? raw->postal_address : publisher->postal_address;
    bool waits = !td_config_remote(place->builder->config);
    out->commands = place->builder->config->commands;
    out->company =
        td_take_lines(place, (struct td_word){"company", raw->company},
                      publisher->company ? td_arena_strdup(place->builder->config->arena,
                                                           publisher->company)
                                         : NULL);
    out->operator=
        raw->operator? td_take_address(place, (struct td_word){"operator", raw->operator})
        : publisher->operator
            ? td_arena_strdup(place->builder->config->arena, publisher->operator)
            : NULL;
    if (!address) {
        td_fault_at(place, "postal_address",
                    "missing, and publisher.postal_address is too: the law asks for one");
        return;
    }
    out->postal_address =
        td_take_lines(place, (struct td_word){"postal_address", raw->postal_address},
                      td_arena_strdup(place->builder->config->arena, address));
    out->postal_placeholder =
        td_slice_starts(td_slice_trim(td_slice(address)), PLACEHOLDER);
    if (raw->postal_address && out->postal_placeholder)
        td_note_at(place, waits, "postal_address", "still the placeholder");
}

static void build_times(const struct td_place *place, const struct td_raw_newsletter *raw,
                        struct td_newsletter *out)
{
    static const char *const doubts[] = {"hold", "resend", NULL};
    struct td_zone *zone = NULL;
    struct td_err err;
    out->zone = td_take_line(place, (struct td_word){"zone", raw->zone}, NULL);
    if (out->zone && td_zone_load(&zone, td_slice(out->zone), &err) != TD_OK)
        td_fault_at(place, "zone", "%s", err.text);
    td_zone_destroy(zone);
    if (raw->at && !td_clock_time_parse(td_slice(raw->at), &out->at))
        td_fault_at(place, "at", "\"%s\" is not a time of day: 07:00", raw->at);
    else if (!raw->at && out->kind != TD_KIND_LIVE)
        td_fault_at(place, "at",
                    "this key is missing: only a live newsletter has no hour");
    out->valid_for =
        td_take_duration(place, (struct td_word){"valid_for", raw->valid_for}, 0);
    out->in_doubt_resend =
        td_take_choice(place, (struct td_word){"in_doubt", raw->in_doubt}, doubts) == 1;
}

/* What subscribers may choose of how often it comes. */
static void build_cadences(const struct td_place *place,
                           const struct td_raw_newsletter *raw, struct td_newsletter *out)
{
    for (unsigned i = 0; i < raw->cadences_count; i++) {
        enum td_cadence cadence = TD_CADENCE_EACH;
        char key[40];
        (void)snprintf(key, sizeof key, "cadences[%u]", i);
        if (!td_cadence_parse(td_slice(raw->cadences[i]), &cadence))
            td_fault_at(place, key, "\"%s\" is not one of each, daily or weekly",
                        raw->cadences[i]);
        else if ((out->cadences >> cadence & 1U) != 0)
            td_fault_at(place, key, "\"%s\" is named twice", raw->cadences[i]);
        out->cadences |= 1U << cadence;
    }
}

static void build_newsletter(const struct td_place *place,
                             const struct td_raw_newsletter *raw,
                             struct td_newsletter *out)
{
    static const char *const kinds[] = {"briefing", "live", "digest", NULL};
    out->name = td_take_name(place, (struct td_word){"name", raw->name});
    out->title = td_take_line(place, (struct td_word){"title", raw->title}, NULL);
    out->kind = (enum td_newsletter_kind)td_take_choice(
        place, (struct td_word){"kind", raw->kind}, kinds);
    build_sender(place, raw, out);
    build_words(place, raw, out);
    build_imprint(place, raw, out);
    build_times(place, raw, out);
    build_cadences(place, raw, out);
    td_build_schedule(place, raw, out);
}

static const struct td_theme *build_theme(const struct td_place *place,
                                          const struct td_raw_newsletter *raw,
                                          const struct td_theme *above)
{
    char path[100];
    (void)snprintf(path, sizeof path, "%s.theme", place->path);
    return td_build_theme(place->builder, path, &raw->theme, above);
}

static void check_publisher(struct td_builder *builder)
{
    struct td_place file = td_place(builder, NULL, 0);
    const struct td_raw_publisher *publisher = &builder->raw->publisher;
    bool waits = !td_config_remote(builder->config);
    const char *address = td_take_lines(
        &file, (struct td_word){"publisher.postal_address", publisher->postal_address},
        NULL);
    (void)td_take_lines(&file, (struct td_word){"publisher.company", publisher->company},
                        NULL);
    (void)td_take_address(&file,
                          (struct td_word){"publisher.operator", publisher->operator});
    if (address && td_slice_starts(td_slice(address), PLACEHOLDER))
        td_note_at(
            &file, waits, "publisher.postal_address",
            "still the placeholder: write the address readers can write to; until then "
            "only loopback relays are used");
    for (size_t i = 0; i < builder->raw->newsletters_count; i++)
        if (!publisher->company && !builder->raw->newsletters[i].company) {
            td_note_at(
                &file, true, "publisher.company",
                "not set: a company's mail names its registered name, number and office");
            return;
        }
}

void td_build_newsletters(struct td_builder *builder)
{
    const struct td_raw_config *raw = builder->raw;
    size_t count = raw->newsletters_count;
    struct td_newsletter *newsletters =
        td_arena_alloc(builder->config->arena, count * sizeof *newsletters);
    const struct td_topic *topics = build_topics(builder);
    const struct td_theme *theme =
        td_build_theme(builder, "theme", &raw->theme, td_theme_default());
    check_publisher(builder);
    for (size_t i = 0; i < count; i++) {
        struct td_place place = td_place(builder, "newsletters", i);
        build_newsletter(&place, &raw->newsletters[i], &newsletters[i]);
        choose_topics(&place, &raw->newsletters[i], topics, &newsletters[i]);
        td_build_live(&place, &raw->newsletters[i], &newsletters[i]);
        newsletters[i].theme = build_theme(&place, &raw->newsletters[i], theme);
        for (size_t j = 0; j < i; j++)
            if (strcmp(raw->newsletters[j].name, raw->newsletters[i].name) == 0) {
                td_fault_at(&place, "name", "newsletters[%zu] is called \"%s\" too", j,
                            raw->newsletters[i].name);
                break;
            }
    }
    builder->config->newsletters = newsletters;
    builder->config->newsletter_count = count;
}
