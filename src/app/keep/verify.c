/* `db verify` (verify.h). */
#include "app/keep/verify.h"

#include <stdio.h>

#include "model/message.h"
#include "store/backup.h"

#define EXAMPLE_MOST 400

const char *td_count_name(enum td_count_kind kind)
{
    static const char *const names[TD_COUNT_KINDS] = {
        "newsletters", "subscribers", "subscriptions", "consent",  "suppressions",
        "editions",    "variants",    "messages",      "attempts", "replies",
    };
    return names[kind];
}

/* What one check has found. */
struct finding {
    int64_t count;
    char example[EXAMPLE_MOST];
};

static void tell(struct td_verify_sink sink, const char *check, const char *words,
                 const struct finding *finding)
{
    struct td_verified verified = {
        .check = check, .words = words, .count = finding->count};
    if (finding->count > 0)
        verified.example = td_slice(finding->example);
    sink.verified(sink.context, &verified);
}

/* What cannot be looked at is not well either. */
static void note_unreadable(struct finding *finding, const struct td_err *why)
{
    if (finding->count++ == 0)
        (void)snprintf(finding->example, sizeof finding->example,
                       "cannot be read: %.380s", why->text);
}

/* --- the database's own ------------------------------------------------------------------------ */

struct examination {
    struct finding integrity, reference;
};

static void note(void *context, const char *what, struct td_slice words)
{
    struct examination *examination = context;
    struct finding *finding = td_slice_is(td_slice(what), "reference")
                                  ? &examination->reference
                                  : &examination->integrity;
    if (finding->count++ == 0)
        (void)snprintf(finding->example, sizeof finding->example, "%.*s", (int)words.len,
                       words.ptr);
}

/* Examines; a database so damaged that it cannot be is the finding itself. */
static void examine(struct td_store *store, struct td_verify_sink sink)
{
    struct examination found = {0};
    struct td_examine_sink notes = {note, &found};
    struct td_err why;
    if (td_store_examine(store, &notes, &why) != TD_OK)
        note(&found, "integrity", td_slice(why.text));
    tell(sink, "integrity", "damaged pages and indexes", &found.integrity);
    tell(sink, "references", "rows that refer to a row that is not there",
         &found.reference);
}

/* --- states ------------------------------------------------------------------------------------ */

/* A row of verify_states: what messages of a state have. */
struct combination {
    enum td_state state;
    enum td_reason reason;
    bool next, sender, variant;
};

static bool is_sound(const struct combination *has)
{
    if ((unsigned)has->state >= TD_STATE_COUNT ||
        (unsigned)has->reason >= TD_REASON_COUNT)
        return false;
    switch (has->state) {
    case TD_QUEUED:
    case TD_DEFERRED: return has->next && !has->sender && has->variant;
    case TD_LEASED:
    case TD_ON_WIRE: return has->sender && has->variant;
    case TD_HELD:
    case TD_IN_DOUBT: return !has->sender && has->variant;
    case TD_SKIPPED: return !has->sender && !has->next && has->reason != TD_REASON_NONE;
    default: return !has->sender && !has->next;
    }
}

static void describe(struct td_query *query, const struct combination *has,
                     struct finding *finding)
{
    (void)snprintf(finding->example, sizeof finding->example,
                   "%s (%lld), %s next try, %s sender, %s variant, as %lld-%lld",
                   td_state_name(has->state), (long long)td_col_int(query, 0),
                   has->next ? "a" : "no", has->sender ? "a" : "no",
                   has->variant ? "a" : "no", (long long)td_col_int(query, 6),
                   (long long)td_col_int(query, 7));
}

static void check_states(struct td_store *store, struct td_verify_sink sink)
{
    struct td_err why = {0};
    struct td_query *query = td_query(store, "verify_states");
    struct finding finding = {0};
    enum td_step step;
    while ((step = td_step(query, &why)) == TD_STEP_ROW) {
        struct combination has = {
            .state = (enum td_state)td_col_int(query, 0),
            .reason = (enum td_reason)td_col_int(query, 1),
            .next = td_col_int(query, 2) != 0,
            .sender = td_col_int(query, 3) != 0,
            .variant = td_col_int(query, 4) != 0,
        };
        if (is_sound(&has))
            continue;
        if (finding.count == 0)
            describe(query, &has, &finding);
        finding.count += td_col_int(query, 5);
    }
    if (step == TD_STEP_ERROR)
        note_unreadable(&finding, &why);
    tell(sink, "states", "messages that are in no state there is", &finding);
}

/* --- what belongs together --------------------------------------------------------------------- */

/* Each statement gives one row: how many, and two numbers of the first. */
static const struct {
    const char *check, *statement, *words;
    const char *first, *second; /* what the two numbers are */
} relations[] = {
    {"editions", "verify_editions", "messages of an edition that is not there",
     "message ", "-"},
    {"variants", "verify_variants", "messages whose variant is not there", "message ",
     "-"},
    {"senders", "verify_senders", "messages in the hand of a sender that is not there",
     "message ", "-"},
    {"attempts", "verify_attempts", "attempts of a message that is not there", "message ",
     "-"},
    {"replies", "verify_replies", "attempts whose reply is not there", "message ", "-"},
    {"consent", "verify_consent", "active subscriptions without a line of consent",
     "newsletter ", ", subscriber "},
    {"ids", "verify_ids", "kinds of ids that would be given twice", "given up to ",
     " or "},
};

static void check_relation(struct td_store *store, size_t which,
                           struct td_verify_sink sink)
{
    struct td_query *query = td_query(store, relations[which].statement);
    struct finding finding = {0};
    struct td_err why = {0};
    if (td_one(query, &why) == TD_OK) {
        finding.count = td_col_int(query, 0);
        (void)snprintf(finding.example, sizeof finding.example, "%s%lld%s%lld",
                       relations[which].first, (long long)td_col_int(query, 1),
                       relations[which].second, (long long)td_col_int(query, 2));
    } else {
        note_unreadable(&finding, &why);
    }
    tell(sink, relations[which].check, relations[which].words, &finding);
    td_query_end(query);
}

/* Table by table: what one of them has lost says nothing of the others. */
static void count_rows(struct td_store *store, int64_t counts[TD_COUNT_KINDS])
{
    for (int kind = 0; kind < TD_COUNT_KINDS; kind++) {
        struct td_query *query = td_query(store, "verify_counts");
        struct td_err ignored = {0};
        td_bind_int(query, "$kind", kind);
        counts[kind] =
            td_one(query, &ignored) == TD_OK ? td_col_int(query, 0) : TD_COUNT_UNREADABLE;
        td_query_end(query);
    }
}

enum td_status td_verify(struct td_store *store, struct td_verify_sink sink,
                         int64_t counts[TD_COUNT_KINDS], struct td_err *err)
{
    for (int kind = 0; kind < TD_COUNT_KINDS; kind++)
        counts[kind] = 0;
    enum td_status status = td_begin_read(store, err); /* all of one moment */
    if (status != TD_OK)
        return status;
    examine(store, sink);
    check_states(store, sink);
    for (size_t i = 0; i < TD_ARRAY_LEN(relations); i++)
        check_relation(store, i, sink);
    count_rows(store, counts);
    td_end_read(store);
    return TD_OK;
}

void td_verify_unreadable(struct td_verify_sink sink, const struct td_err *why)
{
    struct finding finding = {0};
    note_unreadable(&finding, why);
    tell(sink, "integrity", "damaged pages and indexes", &finding);
}
