/* Why somebody has no message of an edition (why.h). */
#include "app/inspect/why.h"
#include "model/live.h"
#include "model/prefs.h"
#include "store/people.h"

#define WORDS_MAX 1024
#define WEEK      (7 * TD_DAY)

/* What the store says of the person and the edition. */
struct facts {
    enum td_phase phase;
    td_time made;    /* the edition */
    bool subscribed; /* there is a subscription, whatever its status */
    enum td_membership status;
    td_time changed;
    int event;  /* enum td_consent_event, the last before the edition was made; 0: none */
    int digest; /* enum td_digest_kind; 0: it is none */
    enum td_cadence cadence;
};

static void say_times(struct td_buf *words, const char *before, td_time when,
                      const struct facts *facts)
{
    char at[32];
    char made[32];
    td_time_format(when, at);
    td_time_format(facts->made, made);
    td_buf_addf(words, "%s %s; the edition was made at %s.", before, at, made);
}

/* They were subscribed when it was made. */
static void say_missed(struct td_buf *words, const struct facts *facts)
{
    if (facts->digest == TD_DIGEST_ALERT)
        td_buf_add_str(words,
                       "They do not ask for alerts, or were paused then, or a digest had "
                       "it before.");
    else if (facts->digest == TD_DIGEST_NEW && facts->cadence != TD_CADENCE_EACH)
        td_buf_add_str(words, "They have it daily: all of it comes when the day closes.");
    else if (facts->phase == TD_PHASE_CANCELLED)
        td_buf_add_str(words, "The edition was cancelled before it was complete.");
    else if (facts->status != TD_ACTIVE)
        say_times(words, "They left while it was being made, at", facts->changed, facts);
    else
        td_buf_add_str(words,
                       "They were subscribed when it was made: either they joined "
                       "in that very moment, or its message is not kept any more.");
}

static void say_why(struct td_buf *words, const struct facts *facts)
{
    td_buf_clear(words);
    if (!facts->subscribed) {
        td_buf_add_str(words, "They never subscribed to this newsletter.");
        return;
    }
    if (facts->phase == TD_PHASE_BUILDING && facts->status == TD_ACTIVE) {
        td_buf_add_str(words, "The edition is not complete: the same `edition assemble` "
                              "goes on where it stopped.");
        return;
    }
    switch (facts->event) {
    case 0:
        if (facts->status == TD_PENDING)
            say_times(words, "They have not confirmed, and asked for it only later, at",
                      facts->changed, facts);
        else
            say_times(words, "They subscribed only later. Last change at", facts->changed,
                      facts);
        break;
    case TD_CONSENT_SUBSCRIBED:
        td_buf_add_str(words, facts->status == TD_PENDING
                                  ? "They have not confirmed their subscription."
                                  : "They had not confirmed their subscription then.");
        break;
    case TD_CONSENT_UNSUBSCRIBED:
        td_buf_add_str(words, facts->status == TD_UNSUBSCRIBED
                                  ? "They have unsubscribed."
                                  : "They had unsubscribed then, and came back later.");
        break;
    case TD_CONSENT_SUSPENDED:
        td_buf_add_str(words, "Their subscription was suspended then.");
        break;
    default: say_missed(words, facts); break;
    }
}

static void read_facts(struct td_query *query, struct facts *out)
{
    *out = (struct facts){
        .phase = (enum td_phase)td_col_int(query, 3),
        .made = td_col_int(query, 4),
        .subscribed = !td_col_is_null(query, 5),
        .status = (enum td_membership)td_col_int(query, 5),
        .changed = td_col_int(query, 6),
        .event = (int)td_col_int(query, 7),
        .digest = (int)td_col_int(query, 8),
        .cadence = (enum td_cadence)td_col_int(query, 9),
    };
}

enum td_status td_why_absences(struct td_app *app, const struct td_why_query *asked,
                               struct td_why_absence_sink sink, struct td_err *err)
{
    struct td_query *query = td_query(app->store, "why_absent");
    struct td_buf words;
    enum td_step step;
    td_buf_init(&words, WORDS_MAX);
    td_bind_int(query, "$subscriber", asked->subscriber);
    td_bind_int(query, "$since", td_clock_now(&app->clock) - WEEK);
    td_bind_int(query, "$most", asked->limit);
    while ((step = td_step(query, err)) == TD_STEP_ROW) {
        struct facts facts;
        read_facts(query, &facts);
        say_why(&words, &facts);
        struct td_why_absence absence = {
            .edition = td_col_int(query, 0),
            .newsletter = td_col_text(query, 1),
            .slug = td_col_text(query, 2),
            .words = td_buf_slice(&words),
        };
        sink.absence(sink.context, &absence);
    }
    td_buf_release(&words);
    return step == TD_STEP_DONE ? TD_OK : err->status;
}
