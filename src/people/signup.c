/*
 * signup.c: checks a row of a signup or import file, cell by cell, and says what is wrong
 * with it.
 */
#include "people/signup.h"

#include <stdio.h>
#include <string.h>

#include "base/zone.h"

#define NAME_CHARACTERS 200

/* A cell without the blanks around it; absent and empty are the same: not given. */
static struct td_slice given(const struct td_row *row, enum td_column column)
{
    return td_slice_trim(row->cells[column]);
}

/* What keeps text from ever being split into header lines later (standards Q1). */
static enum td_status check_text(struct td_slice text, const char *column,
                                 struct td_err *err)
{
    if (!td_utf8_valid(text, NULL))
        return td_fail(err, TD_DATA, "%s is not UTF-8", column);
    if (td_slice_find_control(text) != (size_t)-1)
        return td_fail(err, TD_DATA, "control character in %s", column);
    return TD_OK;
}

static bool holds(struct td_slice text, const char *needle)
{
    return td_slice_find_str(text, 0, needle) != (size_t)-1;
}

/*
 * Control characters in disguise: encoded words (RFC 2047), URL escapes of CR and LF,
 * numeric character references. No person's name has one, and a later decoder must not
 * find them in ours.
 */
static bool is_disguised(struct td_slice name)
{
    return (holds(name, "=?") && holds(name, "?=")) || holds(name, "%0d") ||
           holds(name, "%0D") || holds(name, "%0a") || holds(name, "%0A") ||
           holds(name, "&#");
}

static enum td_status read_name(struct td_slice text, struct td_signup *out,
                                struct td_err *err)
{
    out->name[0] = '\0';
    out->has_name = text.len > 0;
    enum td_status status = check_text(text, "name", err);
    if (status != TD_OK)
        return status;
    if (text.len > TD_NAME_MAX || td_utf8_count(text) > NAME_CHARACTERS)
        return td_fail(err, TD_DATA, "name longer than %d characters", NAME_CHARACTERS);
    if (is_disguised(text))
        return td_fail(err, TD_DATA, "encoded characters in name");
    if (text.len > 0)
        memcpy(out->name, text.ptr, text.len);
    out->name[text.len] = '\0';
    return TD_OK;
}

static enum td_status read_action(struct td_slice text, enum td_action *out,
                                  struct td_err *err)
{
    if (text.len == 0 || td_slice_iis(text, "subscribe"))
        *out = TD_ACTION_SUBSCRIBE;
    else if (td_slice_iis(text, "change"))
        *out = TD_ACTION_CHANGE;
    else if (td_slice_iis(text, "unsubscribe"))
        *out = TD_ACTION_UNSUBSCRIBE;
    else
        return td_fail(err, TD_DATA,
                       "action is subscribe, change or unsubscribe, not \"%.*s\"",
                       (int)text.len, text.ptr);
    return TD_OK;
}

static enum td_status read_newsletter(const struct td_signup_context *context,
                                      struct td_slice name, struct td_signup *out,
                                      struct td_err *err)
{
    if (name.len == 0) {
        if (context->fallback == NULL)
            return td_fail(err, TD_DATA, "no newsletter is named");
        out->newsletter = context->fallback;
        return TD_OK;
    }
    for (size_t i = 0; i < context->newsletter_count; i++) {
        if (td_slice_iis(name, context->newsletters[i].name)) {
            out->newsletter = &context->newsletters[i];
            return TD_OK;
        }
    }
    return td_fail(err, TD_DATA, "no newsletter is called \"%.*s\"", (int)name.len,
                   name.ptr);
}

/* Here an empty cell says something: all topics (design 12). */
static enum td_status read_topics(struct td_slice cell, struct td_signup *out,
                                  struct td_err *err)
{
    out->topics[0] = '\0';
    out->has_topics = cell.ptr != NULL;
    cell = td_slice_trim(cell);
    if (cell.len == 0)
        return TD_OK;
    struct td_buf canonical;
    td_buf_init(&canonical, TD_TOPICS_TEXT_MAX);
    enum td_status status = td_topics_canonical(cell, out->newsletter, &canonical, err);
    if (status == TD_OK)
        memcpy(out->topics, canonical.ptr, canonical.len + 1);
    td_buf_release(&canonical);
    return status;
}

static enum td_status refuse_cadence(const struct td_signup *signup, struct td_err *err)
{
    const struct td_newsletter *newsletter = signup->newsletter;
    char offered[60] = "";
    if (newsletter->cadences == 0)
        return td_fail(err, TD_DATA, "%s goes out each time only, not %s",
                       newsletter->name, td_cadence_name(signup->cadence));
    for (int i = TD_CADENCE_EACH; i <= TD_CADENCE_WEEKLY; i++)
        if (td_cadence_offered(newsletter, (enum td_cadence)i))
            (void)snprintf(offered + strlen(offered), sizeof offered - strlen(offered),
                           "%s%s", offered[0] ? ", " : "",
                           td_cadence_name((enum td_cadence)i));
    return td_fail(err, TD_DATA, "%s is not sent %s; it offers: %s", newsletter->name,
                   td_cadence_name(signup->cadence), offered);
}

static enum td_status read_shape(const struct td_row *row, struct td_signup *out,
                                 struct td_err *err)
{
    struct td_slice format = given(row, TD_COL_FORMAT);
    out->format = TD_FORMAT_HTML;
    out->has_format = format.len > 0;
    if (out->has_format && !td_format_parse(format, &out->format))
        return td_fail(err, TD_DATA, "format is html or text, not \"%.*s\"",
                       (int)format.len, format.ptr);
    struct td_slice cadence = given(row, TD_COL_CADENCE);
    out->cadence = td_cadence_default(out->newsletter);
    out->has_cadence = cadence.len > 0;
    if (out->has_cadence && !td_cadence_parse(cadence, &out->cadence))
        return td_fail(err, TD_DATA, "cadence is each, daily or weekly, not \"%.*s\"",
                       (int)cadence.len, cadence.ptr);
    if (out->has_cadence && !td_cadence_offered(out->newsletter, out->cadence))
        return refuse_cadence(out, err);
    return TD_OK;
}

static enum td_status read_hour(const struct td_row *row, struct td_signup *out,
                                struct td_err *err)
{
    struct td_slice at = given(row, TD_COL_AT);
    out->at = -1;
    out->has_at = at.len > 0;
    if (out->has_at && !td_clock_time_parse(at, &out->at))
        return td_fail(err, TD_DATA, "at is a time like 07:30, not \"%.*s\"", (int)at.len,
                       at.ptr);
    return TD_OK;
}

static enum td_status read_zone(struct td_zones *zones, struct td_slice name,
                                struct td_signup *out, struct td_err *err)
{
    out->zone[0] = '\0';
    out->has_zone = name.len > 0;
    if (!out->has_zone)
        return TD_OK;
    const struct td_zone *zone = NULL;
    if (name.len > TD_ZONE_NAME_MAX || td_zones_get(zones, name, &zone, NULL) != TD_OK)
        return td_fail(err, TD_DATA, "no time zone is called \"%.*s\"", (int)name.len,
                       name.ptr);
    memcpy(out->zone, name.ptr, name.len);
    out->zone[name.len] = '\0';
    return TD_OK;
}

enum td_status td_signup_source(struct td_slice text, struct td_err *err)
{
    enum td_status status = check_text(text, "source", err);
    if (status != TD_OK)
        return status;
    if (td_slice_trim(text).len == 0)
        return td_fail(err, TD_DATA,
                       "source is empty: how is it known that they agreed?");
    if (text.len > TD_BASIS_SOURCE_MAX)
        return td_fail(err, TD_DATA, "source longer than %d bytes", TD_BASIS_SOURCE_MAX);
    if (is_disguised(text))
        return td_fail(err, TD_DATA, "encoded characters in source");
    return TD_OK;
}

/* A basis and its source go together, and only where the file is trusted with them. */
static enum td_status read_basis(const struct td_signup_context *context,
                                 const struct td_row *row, struct td_signup *out,
                                 struct td_err *err)
{
    struct td_slice basis = given(row, TD_COL_BASIS);
    struct td_slice source = given(row, TD_COL_SOURCE);
    out->basis = TD_BASIS_NONE;
    out->source[0] = '\0';
    if (basis.len == 0 && source.len == 0)
        return TD_OK;
    if (!context->may_state)
        return td_fail(err, TD_DATA, "this file may not state a basis");
    if (basis.len == 0)
        return td_fail(err, TD_DATA, "a source without a basis");
    if (!td_basis_parse(basis, &out->basis))
        return td_fail(err, TD_DATA, "basis is consent or soft-opt-in, not \"%.*s\"",
                       (int)basis.len, basis.ptr);
    enum td_status status = td_signup_source(source, err);
    if (status == TD_OK) {
        memcpy(out->source, source.ptr, source.len);
        out->source[source.len] = '\0';
    }
    return status;
}

/* Everything but who, what for and which newsletter. */
static enum td_status read_choices(const struct td_signup_context *context,
                                   const struct td_row *row, struct td_signup *out,
                                   struct td_err *err)
{
    enum td_status status = read_name(given(row, TD_COL_NAME), out, err);
    if (status == TD_OK)
        status = read_topics(row->cells[TD_COL_TOPICS], out, err);
    if (status == TD_OK)
        status = read_shape(row, out, err);
    if (status == TD_OK)
        status = read_hour(row, out, err);
    if (status == TD_OK)
        status = read_zone(context->zones, given(row, TD_COL_TIMEZONE), out, err);
    if (status == TD_OK)
        status = read_basis(context, row, out, err);
    return status;
}

enum td_status td_signup_read(const struct td_signup_context *context,
                              const struct td_row *row, struct td_signup *out,
                              struct td_err *err)
{
    if (row->fault != NULL)
        return td_fail(err, TD_DATA, "%s", row->fault);
    out->has_pause = false;
    enum td_status status =
        td_address_parse(row->cells[TD_COL_EMAIL], &out->address, err);
    if (status == TD_OK)
        status = read_action(given(row, TD_COL_ACTION), &out->action, err);
    if (status == TD_OK)
        status = read_newsletter(context, given(row, TD_COL_NEWSLETTER), out, err);
    if (status != TD_OK)
        return status;
    if (out->action != TD_ACTION_UNSUBSCRIBE)
        return read_choices(context, row, out, err);
    /* Nobody is kept on a list because of a fault in a column that does not matter then.
     */
    static const struct td_row nothing = {0};
    return read_choices(context, &nothing, out, err);
}
