/* A file of people, row by row (intake.h). */
#include "app/people/intake.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define PIECE           (64 * 1024)
#define ROWS_PER_COMMIT 10000
#define IDS_AT_ONCE     1000

struct reading {
    struct td_intake *intake;
    struct td_signup *signup; /* of the row in hand; large, so it is made once */
    const char *name;
    int fd;
    int64_t size;   /* of the file; 0: unknown */
    int64_t done;   /* bytes read */
    int64_t passed; /* rows skipped */
    bool started;
    bool open; /* a transaction is */
};

void td_intake_init(struct td_intake *intake, struct td_app *app, const char *how)
{
    *intake = (struct td_intake){.app = app};
    intake->rules = (struct td_signup_context){
        .newsletters = app->config->newsletters,
        .newsletter_count = app->config->newsletter_count,
        .zones = td_app_zones(app),
    };
    intake->people = (struct td_people){
        .store = app->store,
        .keys = &app->keys,
        .now = td_clock_now(&app->clock),
        .how = how,
        .ids_at_once = IDS_AT_ONCE,
    };
}

void td_intake_terms(struct td_intake *intake, const struct td_file_terms *terms)
{
    intake->rules.fallback = terms->newsletter;
    intake->rules.may_state = terms->source != NULL;
    intake->people.confirmed = terms->source != NULL;
    intake->people.basis = terms->basis;
}

/* --- transactions ---------------------------------------------------------------------------- */

static enum td_status begin(struct reading *reading, struct td_err *err)
{
    enum td_status status = td_begin(reading->intake->app->store, err);
    reading->open = status == TD_OK;
    return status;
}

static enum td_status open_transaction(struct reading *reading, struct td_err *err)
{
    const struct td_intake *intake = reading->intake;
    enum td_status status = TD_OK;
    if (reading->open)
        return TD_OK;
    if (intake->one_transaction)
        status = begin(reading, err);
    if (status == TD_OK && !reading->started && intake->calls.start)
        status = intake->calls.start(intake->calls.context, err);
    reading->started = true;
    if (status == TD_OK && !reading->open)
        status = begin(reading, err);
    return status;
}

static enum td_status keep_rows(struct reading *reading, bool last, struct td_err *err)
{
    struct td_intake *intake = reading->intake;
    enum td_status status = TD_OK;
    if (!reading->open || (intake->one_transaction && !last))
        return TD_OK;
    if (intake->calls.commit)
        status = intake->calls.commit(intake->calls.context, last, err);
    if (status == TD_OK && intake->take_back)
        td_rollback(intake->app->store);
    else if (status == TD_OK)
        status = td_commit(intake->app->store, err);
    if (status != TD_OK)
        return status;
    reading->open = false;
    intake->kept = intake->counts;
    if (!last && intake->stop && *intake->stop)
        return td_fail(err, TD_AGAIN, "%s: told to stop", reading->name);
    return TD_OK;
}

/* --- rows ------------------------------------------------------------------------------------ */

static void count(struct td_counts *counts, enum td_person_result result)
{
    counts->rows++;
    switch (result) {
    case TD_PERSON_ADDED: counts->added++; break;
    case TD_PERSON_UPDATED: counts->updated++; break;
    case TD_PERSON_UNCHANGED: counts->unchanged++; break;
    case TD_PERSON_REFUSED: counts->refused++; break;
    }
}

static enum td_status apply_row(struct reading *reading, const struct td_row *row,
                                struct td_err *err)
{
    struct td_intake *intake = reading->intake;
    struct td_person_outcome outcome = {.result = TD_PERSON_REFUSED};
    struct td_intake_row result = {.row = row, .outcome = &outcome};
    struct td_err why = {0};
    enum td_status status = TD_OK;
    result.reason = why.text;
    if (td_signup_read(&intake->rules, row, reading->signup, &why) == TD_OK) {
        result.signup = reading->signup;
        result.reason = outcome.reason;
        status = td_people_apply(&intake->people, reading->signup, &outcome, err);
    }
    if (status != TD_OK)
        return status;
    count(&intake->counts, outcome.result);
    if (intake->calls.row)
        status = intake->calls.row(intake->calls.context, &result, err);
    return status;
}

static enum td_status take_row(void *context, const struct td_row *row,
                               struct td_err *err)
{
    struct reading *reading = context;
    if (reading->passed < reading->intake->skip) {
        reading->passed++;
        return TD_OK;
    }
    enum td_status status = open_transaction(reading, err);
    if (status == TD_OK)
        status = apply_row(reading, row, err);
    if (status == TD_OK && reading->intake->counts.rows % ROWS_PER_COMMIT == 0)
        status = keep_rows(reading, false, err);
    return status;
}

/* --- the file -------------------------------------------------------------------------------- */

/* Whoever writes into a pipe may take long: senders must not wait for our transaction meanwhile. */
static bool would_wait(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    return poll(&ready, 1, 0) == 0;
}

static enum td_status read_piece(struct reading *reading, char *piece, size_t *len,
                                 struct td_err *err)
{
    const struct td_intake_calls *calls = &reading->intake->calls;
    ssize_t n;
    if (would_wait(reading->fd)) {
        enum td_status status = keep_rows(reading, false, err);
        if (status != TD_OK)
            return status;
    }
    do
        n = read(reading->fd, piece, PIECE);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return td_fail_sys(err, TD_IO, "%s", reading->name);
    *len = (size_t)n;
    reading->done += n;
    if (calls->progress)
        calls->progress(calls->context, reading->done, reading->size);
    return TD_OK;
}

/* A fault of the file as a whole is told with its name. */
static enum td_status read_rows(struct reading *reading, struct td_csv *csv,
                                struct td_err *err)
{
    char piece[PIECE];
    enum td_status status = TD_OK;
    size_t len = 0;
    do {
        status = read_piece(reading, piece, &len, err);
        if (status == TD_OK)
            status = len > 0 ? td_csv_feed(csv, td_slice_n(piece, len), err)
                             : td_csv_finish(csv, err);
    } while (status == TD_OK && len > 0);
    return status == TD_DATA ? td_err_context(err, "%s", reading->name) : status;
}

enum td_status td_intake_run(struct td_intake *intake, int fd, const char *name,
                             struct td_err *err)
{
    struct stat st;
    struct reading reading = {.intake = intake, .name = name, .fd = fd};
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        reading.size = (int64_t)st.st_size;
    struct td_csv *csv = td_csv_create((struct td_row_sink){take_row, &reading});
    reading.signup = td_xcalloc(1, sizeof *reading.signup);
    enum td_status status = read_rows(&reading, csv, err);
    /* There was no row, or the last one filled its transaction. */
    if (status == TD_OK)
        status = open_transaction(&reading, err);
    if (status == TD_OK)
        status = keep_rows(&reading, true, err);
    if (reading.open)
        td_rollback(intake->app->store);
    free(reading.signup);
    td_csv_destroy(csv);
    return status;
}
