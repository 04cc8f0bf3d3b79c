/*
 * prefs.c: choices as text: format, cadence, and topics in their canonical form.
 */
#include "model/prefs.h"

#include <string.h>

static const char topic_separators[] = " \t,;";

const char *td_format_name(enum td_format format)
{
    return format == TD_FORMAT_TEXT ? "text" : "html";
}

bool td_format_parse(struct td_slice text, enum td_format *out)
{
    if (td_slice_iis(text, "html"))
        *out = TD_FORMAT_HTML;
    else if (td_slice_iis(text, "text"))
        *out = TD_FORMAT_TEXT;
    else
        return false;
    return true;
}

const char *td_cadence_name(enum td_cadence cadence)
{
    switch (cadence) {
    case TD_CADENCE_EACH: return "each";
    case TD_CADENCE_DAILY: return "daily";
    case TD_CADENCE_WEEKLY: return "weekly";
    }
    return "?";
}

bool td_cadence_parse(struct td_slice text, enum td_cadence *out)
{
    if (td_slice_iis(text, "each"))
        *out = TD_CADENCE_EACH;
    else if (td_slice_iis(text, "daily"))
        *out = TD_CADENCE_DAILY;
    else if (td_slice_iis(text, "weekly"))
        *out = TD_CADENCE_WEEKLY;
    else
        return false;
    return true;
}

bool td_cadence_offered(const struct td_newsletter *newsletter, enum td_cadence cadence)
{
    unsigned offered =
        newsletter->cadences != 0 ? newsletter->cadences : 1U << TD_CADENCE_EACH;

    return (offered >> cadence & 1U) != 0;
}

enum td_cadence td_cadence_default(const struct td_newsletter *newsletter)
{
    enum td_cadence cadence = TD_CADENCE_EACH;

    while (cadence < TD_CADENCE_WEEKLY && !td_cadence_offered(newsletter, cadence))
        cadence++;
    return cadence;
}

/* The bits of the newsletter's topics that a text names, wanted ("a b") or unwanted ("-a
 * -b"). */
struct wish {
    uint64_t bits;
    bool unwanted;
};

static enum td_status read_wish(struct td_slice text,
                                const struct td_newsletter *newsletter, struct wish *out,
                                struct td_err *err)
{
    struct wish wish = {0, false};
    struct td_slice token;
    for (size_t n = 0; td_slice_token(&text, topic_separators, &token); n++) {
        bool unwanted = token.ptr[0] == '-';
        struct td_slice name = td_slice_sub(token, unwanted ? 1 : 0, token.len);
        if (n > 0 && unwanted != wish.unwanted)
            return td_fail(err, TD_DATA, "topics: wanted and unwanted ones are mixed");
        wish.unwanted = unwanted;
        int topic = td_newsletter_topic(newsletter, name);
        if (topic < 0)
            return td_fail(err, TD_DATA, "topics: %s has no topic \"%.*s\"",
                           newsletter->name, (int)(name.len < 64 ? name.len : 64),
                           name.ptr);
        wish.bits |= UINT64_C(1) << topic;
    }
    *out = wish;
    return TD_OK;
}

/* The topic among bits whose name sorts first; bits is not 0. */
static size_t first_by_name(uint64_t bits, const struct td_newsletter *newsletter)
{
    size_t best = newsletter->topic_count;
    for (size_t i = 0; i < newsletter->topic_count; i++) {
        if ((bits >> i & 1) == 0)
            continue;
        if (best == newsletter->topic_count ||
            strcmp(newsletter->topics[i].name, newsletter->topics[best].name) < 0)
            best = i;
    }
    return best;
}

enum td_status td_topics_canonical(struct td_slice text,
                                   const struct td_newsletter *newsletter,
                                   struct td_buf *out, struct td_err *err)
{
    struct wish wish = {0, false};
    if (!td_slice_iis(td_slice_trim(text), "all")) {
        enum td_status status = read_wish(text, newsletter, &wish, err);
        if (status != TD_OK)
            return status;
    }
    for (bool later = false; wish.bits != 0; later = true) {
        size_t topic = first_by_name(wish.bits, newsletter);
        wish.bits &= ~(UINT64_C(1) << topic);
        if (later)
            td_buf_add_char(out, ' ');
        if (wish.unwanted)
            td_buf_add_char(out, '-');
        td_buf_add_str(out, newsletter->topics[topic].name);
    }
    if (td_buf_full(out))
        return td_fail(err, TD_DATA, "topics: too many");
    return TD_OK;
}

uint64_t td_topics_mask(struct td_slice canonical, const struct td_newsletter *newsletter)
{
    uint64_t all = newsletter->topic_count >= 64
                       ? UINT64_MAX
                       : (UINT64_C(1) << newsletter->topic_count) - 1;
    uint64_t bits = 0;
    bool only = false; /* at least one wanted topic is named, known or not */
    struct td_slice token;
    while (td_slice_token(&canonical, topic_separators, &token)) {
        bool unwanted = token.ptr[0] == '-';
        int topic = td_newsletter_topic(newsletter,
                                        td_slice_sub(token, unwanted ? 1 : 0, token.len));
        if (topic >= 0)
            bits |= UINT64_C(1) << topic;
        only = only || !unwanted;
    }
    return only ? bits : all & ~bits;
}
