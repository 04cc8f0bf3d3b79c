/*
 * newsletter.c: questions about a configured publication.
 */
#include "model/newsletter.h"

int td_newsletter_topic(const struct td_newsletter *newsletter, struct td_slice name)
{
    for (size_t i = 0; i < newsletter->topic_count; i++) {
        if (td_slice_iis(name, newsletter->topics[i].name))
            return (int)i;
    }
    return -1;
}

bool td_newsletter_is_live(const struct td_newsletter *newsletter)
{
    return newsletter->kind == TD_KIND_LIVE &&
           (newsletter->digest_count > 0 || newsletter->digest_after > 0 ||
            newsletter->closes >= 0 || newsletter->alerts != NULL);
}
