/* Windows of domain groups in a transaction (pace_window.h). */
#include "app/send/pace_window.h"

#include "model/hide.h"

#define SAID_MAX                                                                         \
    ((size_t)4 * TD_REPLY_TEXT_MAX) /* a reply and what stands for an address */

/* As it stands in this transaction; the store is asked once. */
static enum td_status find(const struct td_pace *pace, struct td_way *way, int64_t group,
                           int64_t *size, struct td_err *err)
{
    const struct td_of_group *known = td_by_group_find(&way->windows, group);
    *size = known ? known->number : TD_WINDOW_WIDE;
    if (known || !way->windowed || group == 0)
        return TD_OK;
    enum td_status status =
        td_window_find(pace->app->store, way->state.id, group, size, err);
    if (status == TD_OK)
        td_by_group_set(&way->windows, group, *size);
    return status;
}

enum td_status td_pace_feed(struct td_pace *pace, struct td_way *way,
                            const struct td_piece *piece, enum td_feedback feedback,
                            const struct td_reply *reply, td_time now, struct td_err *err)
{
    int64_t most = (int64_t)way->relay->sessions * TD_WINDOW_ONE;
    int64_t size;
    enum td_status status = find(pace, way, piece->group, &size, err);
    bool wide = size == TD_WINDOW_WIDE;
    if (status != TD_OK || piece->group == 0 || (wide && feedback == TD_FEEDBACK_SUCCESS))
        return status;
    size = td_window_after(wide ? most : size, most, feedback);
    if (size >= most)
        size = TD_WINDOW_WIDE;
    struct td_buf said;
    td_buf_init(&said, SAID_MAX);
    td_hide_addresses(td_slice(reply->text), &said);
    const struct td_window_change change = {
        .relay = way->state.id,
        .group = piece->group,
        .size = size,
        .now = now,
        .said = feedback == TD_FEEDBACK_SUCCESS ? td_slice(NULL) : td_buf_slice(&said),
    };
    way->windowed = true;
    td_by_group_set(&way->windows, piece->group, size);
    status = td_window_put(pace->app->store, &change, err);
    td_buf_release(&said);
    return status;
}

int64_t td_pace_window_left(struct td_pace *pace, struct td_way *way, int64_t group)
{
    struct td_err ignored;
    int64_t size;
    if (find(pace, way, group, &size, &ignored) != TD_OK)
        return 0;
    if (size == TD_WINDOW_WIDE)
        return INT64_MAX;
    const struct td_of_group *in_hand = td_by_group_find(&pace->in_hand, group);
    return size / TD_WINDOW_ONE - (in_hand ? in_hand->number : 0);
}

void td_pace_window_use(struct td_pace *pace, int64_t group)
{
    if (!pace->windowed)
        return;
    const struct td_of_group *in_hand = td_by_group_find(&pace->in_hand, group);
    td_by_group_set(&pace->in_hand, group, (in_hand ? in_hand->number : 0) + 1);
}
