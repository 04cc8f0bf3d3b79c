/* What the scheduler has to say to the operator, as a mail (pass.h). */
#include <stdio.h>

#include "app/assemble/notices.h"
#include "app/schedule/pass.h"

struct wording {
    const char *name;  /* what happened, in the subject */
    const char *intro; /* what it means */
    /* why one might assemble it by hand; NULL where it is to be released, "" for none */
    const char *advice;
};

/* What is not in here is not for the operator. */
static const struct wording wordings[] = {
    [TD_DEED_SKIPPED] =
        {
            "nothing to send",
            "There was no briefing that could be sent when the waiting for it was over. "
            "The day is skipped: readers get nothing.",
            "To send it after all, once the file is there",
        },
    [TD_DEED_MISSED] =
        {
            "missed",
            "The scheduler did not run while this was worth sending. Readers got "
            "nothing.",
            "To send it after all",
        },
    [TD_DEED_HELD] =
        {
            "held: it was late",
            "It was assembled later than max_lateness allows, and is held. Nothing of it "
            "leaves before you say so.",
            NULL,
        },
    [TD_DEED_APPROVAL] =
        {
            "waits for your approval",
            "It is assembled and waits for approval. Nothing of it leaves before you say "
            "so.",
            NULL,
        },
    [TD_DEED_OVERDUE] =
        {
            "still waits for your approval",
            "Its hour has come, and it is not approved. Readers wait for it; what is not "
            "sent while it is worth sending expires.",
            NULL,
        },
    [TD_DEED_CHANGED] =
        {
            "the file has changed",
            "Somebody changed the file after the edition was frozen from it. Readers get "
            "it as it was then.",
            "To freeze it anew, before anything is sent",
        },
    [TD_DEED_LEFT] =
        {
            "entries that go to nobody",
            "Entries were written after the last digest of the day. They are in no "
            "digest; what is urgent goes to those who have alerts. You are told once a "
            "day.",
            "To send the whole blog to everybody all the same",
        },
    [TD_DEED_NO_ALERT] =
        {
            "no more alerts today",
            "So many entries were urgent that there can be no more alerts of this live "
            "blog. What is urgent from now on comes with the next digest.",
            "",
        },
};

/* NULL: it is not for the operator. */
static const struct wording *wording_of(enum td_deed deed)
{
    return (size_t)deed < TD_ARRAY_LEN(wordings) && wordings[deed].name ? &wordings[deed]
                                                                        : NULL;
}

/* The command that helps. */
static struct td_slice advise(struct td_arena *arena, const struct td_occasion *occasion,
                              const struct td_said *said)
{
    const char *advice = wording_of(said->deed)->advice;
    if (!advice)
        return td_arena_printf(arena, "To send it: tidings edition release %lld",
                               (long long)said->edition);
    if (advice[0] == '\0')
        return td_slice("");
    return td_arena_printf(arena, "%s: tidings edition assemble %s --date %.10s%s",
                           advice, occasion->newsletter->name, occasion->slug,
                           said->deed == TD_DEED_CHANGED ? " --replace" : "");
}

static enum td_status send_report(const struct td_occasion *occasion,
                                  const struct td_said *said, struct td_arena *arena,
                                  struct td_err *err)
{
    const struct td_newsletter *newsletter = occasion->newsletter;
    const struct wording *wording = wording_of(said->deed);
    const struct td_slice advice = advise(arena, occasion, said);
    const struct td_report_row rows[] = {
        {td_slice("Newsletter"), td_slice(newsletter->title)},
        {td_slice("Edition"), td_slice(occasion->slug)},
        {td_slice("Why"), td_slice(said->why)},
    };
    const struct td_report_part part = {
        .rows = rows,
        .row_count = said->why[0] != '\0' ? 3 : 2,
        .notes = &advice,
        .note_count = advice.len > 0 ? 1 : 0,
    };
    const struct td_report report = {
        .subject = td_arena_printf(arena, "%s %s: %s", newsletter->title, occasion->slug,
                                   wording->name),
        .intro = td_slice(wording->intro),
        .parts = &part,
        .part_count = 1,
    };
    struct td_slice key = td_arena_printf(arena, "%s-%s-%s", td_deed_name(said->deed),
                                          newsletter->name, occasion->slug);
    if (said->edition != 0) /* of one that stands in for it one is told again */
        key = td_arena_printf(arena, "%s-%lld", key.ptr, (long long)said->edition);
    const struct td_operator_report order = {
        .newsletter = newsletter,
        .address = newsletter->operator,
        .key = key.ptr,
        .report = &report,
    };
    bool queued;
    return td_notice_report(occasion->scheduler->app, &order, &queued, err);
}

enum td_status td_occasion_report(const struct td_occasion *occasion,
                                  const struct td_said *said, struct td_err *err)
{
    if (!wording_of(said->deed) || !occasion->newsletter->operator)
        return TD_OK;
    struct td_arena *arena = td_arena_create();
    enum td_status status = send_report(occasion, said, arena, err);
    td_arena_destroy(arena);
    return status;
}
