/* How bounces are judged: `bounce:` (config_build.h). */
#include "app/config/config_build.h"
#include "app/config/config_value.h"

static void build_judging(const struct td_place *place, struct td_bounce_config *bounce)
{
    const struct td_raw_bounce *raw = &place->builder->raw->bounce;
    static const char *const probes[] = {"no", "yes", NULL};
    struct td_score_policy score = td_score_policy_default();
    struct td_bounds hard = {1, 20, score.hard_limit};
    struct td_bounds soft = {1, 100, score.soft_limit};
    struct td_bounds share = {0, 100, 20};
    struct td_bounds least = {1, 100000, 10};
    struct td_bounds blocked = {0, 1000000, 20};
    score.hard_limit =
        td_take_int(place, (struct td_word){"bounce.hard", raw->hard}, hard);
    score.soft_limit =
        td_take_int(place, (struct td_word){"bounce.soft", raw->soft}, soft);
    score.soft_span = td_take_duration(
        place, (struct td_word){"bounce.soft_span", raw->soft_span}, score.soft_span);
    score.stale_after =
        td_take_duration(place, (struct td_word){"bounce.stale_after", raw->stale_after},
                         score.stale_after);
    *bounce = (struct td_bounce_config){
        .score = score,
        .accept_for = td_take_duration(
            place, (struct td_word){"bounce.accept_for", raw->accept_for}, 30 * TD_DAY),
        .delivered_after = td_take_duration(
            place, (struct td_word){"bounce.delivered_after", raw->delivered_after},
            5 * TD_DAY),
        .outage_share = td_take_int(
            place, (struct td_word){"bounce.outage_share", raw->outage_share}, share),
        .outage_least = td_take_int(
            place, (struct td_word){"bounce.outage_least", raw->outage_least}, least),
        .outage_wait = td_take_duration(
            place, (struct td_word){"bounce.outage_wait", raw->outage_wait}, 3 * TD_DAY),
        .blocked =
            td_take_int(place, (struct td_word){"bounce.blocked", raw->blocked}, blocked),
        .probe = td_take_choice(place, (struct td_word){"bounce.probe", raw->probe},
                                probes) == 1,
        .keep_raw = td_take_duration(
            place, (struct td_word){"bounce.keep_raw", raw->keep_raw}, 90 * TD_DAY),
    };
    if (score.soft_span > 0 && score.soft_span >= score.stale_after)
        td_fault_at(place, raw->stale_after ? "bounce.stale_after" : "bounce.soft_span",
                    "bounces would be forgotten before soft_span is over");
}

void td_build_bounces(struct td_builder *builder)
{
    struct td_place file = td_place(builder, NULL, 0);
    build_judging(&file, &builder->config->bounce);
}
