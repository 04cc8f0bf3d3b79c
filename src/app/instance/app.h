/*
 * app.h: the one thing that holds everything: configuration, store, keys, clock. Passed down, so
 * that there is no global state. Parts are opened when first asked for.
 */
#ifndef TD_APP_APP_H
#define TD_APP_APP_H

#include "app/config/config.h"
#include "app/config/keys.h"
#include "base/clock.h"
#include "base/zone.h"
#include "outcome/rules.h"
#include "store/store.h"

struct td_app {
    const char *dir;         /* -C; borrowed */
    const char *config_file; /* -c, or NULL; borrowed */
    struct td_clock clock;
    struct td_config *config; /* owned; NULL until td_app_config */
    struct td_store *store;   /* owned; NULL until td_app_store */
    struct td_keys keys;
    bool keys_loaded;
    struct td_zones *zones;               /* owned; NULL until td_app_zones */
    struct td_bounce_rules *bounce_rules; /* owned; NULL until td_app_bounce_rules */
    int hurry; /* rehearsals and tests: patience with servers, and the pauses after their troubles,
                  are so much shorter; 0: as they are */
};

void td_app_init(struct td_app *app, const char *dir, const char *config_file,
                 struct td_clock clock);
void td_app_release(struct td_app *app);

enum td_status td_app_config(struct td_app *app,
                             struct td_err *err); /* loads app->config */
enum td_status td_app_keys(struct td_app *app, struct td_err *err); /* config and keys */
enum td_status td_app_store(struct td_app *app,
                            struct td_err *err); /* config, keys and store */
struct td_zones *td_app_zones(struct td_app *app);

/* The configured newsletter of that name; TD_NOINPUT naming those there are. */
enum td_status td_app_newsletter(struct td_app *app, const char *name,
                                 const struct td_newsletter **out, struct td_err *err);

/* The configured newsletter of that number in the store; TD_NOINPUT when there is none by now. The
 * store is open. */
enum td_status td_app_newsletter_by_id(struct td_app *app, int64_t id,
                                       const struct td_newsletter **out,
                                       struct td_err *err);

#endif
