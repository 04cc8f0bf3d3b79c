/*
 * newsletter.c: questions about a configured publication.
 */
#include "model/newsletter.h"

#include <string.h>

/* Topics are configured in small letters: the name is folded once, then compared as it is. A million
 * people with five topics each are asked about, among up to 64. */
int td_newsletter_topic(const struct td_newsletter *newsletter, struct td_slice name)
{
    char folded[TD_TOPIC_NAME_MAX + 1];
    if (name.len > TD_TOPIC_NAME_MAX)
        return -1;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '\0')
            return -1;
        folded[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    folded[name.len] = '\0';
    for (size_t i = 0; i < newsletter->topic_count; i++)
        if (strcmp(folded, newsletter->topics[i].name) == 0)
            return (int)i;
    return -1;
}

bool td_newsletter_is_live(const struct td_newsletter *newsletter)
{
    return newsletter->kind == TD_KIND_LIVE &&
           (newsletter->digest_count > 0 || newsletter->digest_after > 0 ||
            newsletter->closes >= 0 || newsletter->alerts != NULL);
}
