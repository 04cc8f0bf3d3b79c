/* What of a live blog goes to nobody, or late (leftover.h). */
#include "app/schedule/leftover.h"

#include <stdio.h>

/* As far as `upto`: what is said of the same entries is said once. */
static enum td_status say(struct td_occasion *occasion, const struct td_live *live,
                          const char *what, int64_t upto, const struct td_said *said,
                          struct td_err *err)
{
    struct td_occurrence occurrence;
    bool found = false;
    (void)snprintf(occasion->slug, sizeof occasion->slug, "%s-%s", live->slug, what);
    enum td_status status = td_occasion_find(occasion, &found, &occurrence, err);
    const bool told = found;
    if (status != TD_OK)
        return status;
    (void)snprintf(occasion->slug, sizeof occasion->slug, "%s-%s-%lld", live->slug, what,
                   (long long)upto);
    status = td_occasion_find(occasion, &found, &occurrence, err);
    if (status != TD_OK || found)
        return status;
    occasion->ours = false; /* it is written down, and no mail goes */
    status = td_occasion_settle(occasion, TD_OUTCOME_SKIPPED, said, err);
    if (status == TD_OK && told)
        td_occasion_tell(occasion, said->deed, said->edition, said->why);
    if (status != TD_OK || told)
        return status;
    (void)snprintf(occasion->slug, sizeof occasion->slug, "%s-%s", live->slug, what);
    occasion->ours = true;
    return td_occasion_settle(occasion, TD_OUTCOME_SKIPPED, said, err);
}

enum td_status td_leftover_entries(struct td_occasion *occasion,
                                   const struct td_live *live, struct td_err *err)
{
    const struct td_blog blog = {live->newsletter_id, live->slug};
    int64_t cutoff = 0;
    int64_t bits = 0;
    int count = 0;
    int latest = 0;
    char why[160];
    enum td_status status =
        td_store_digest_state(live->app->store, &blog, &cutoff, &bits, err);
    for (size_t i = 0; i < live->story->entry_count; i++)
        if (live->entries[i].seq > cutoff) {
            count++;
            latest = live->story->entries[i].minute > latest
                         ? live->story->entries[i].minute
                         : latest;
        }
    if (status != TD_OK || count == 0 || cutoff == 0)
        return status;
    (void)snprintf(why, sizeof why,
                   "%d %s came after the last digest of the day, the latest of %02d:%02d",
                   count, count == 1 ? "entry" : "entries", latest / 60, latest % 60);
    const struct td_said said = {.deed = TD_DEED_LEFT, .why = why};
    return say(occasion, live, "left", live->newest, &said, err);
}

enum td_status td_leftover_alert(struct td_occasion *occasion, const struct td_live *live,
                                 int64_t seq, struct td_err *err)
{
    char why[100];
    (void)snprintf(why, sizeof why,
                   "there were %d alerts today, and there can be no more", TD_ALERTS_MAX);
    const struct td_said said = {.deed = TD_DEED_NO_ALERT, .why = why};
    return say(occasion, live, "no-alert", seq, &said, err);
}
