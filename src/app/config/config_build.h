/*
 * config_build.h: what the builders of the configuration share. A builder turns words into values
 * and goes on after a fault, so that all faults of meaning are told at once; a value that cannot be
 * had is NULL or 0 then, and nobody sees it: the configuration is thrown away.
 */
#ifndef TD_APP_CONFIG_BUILD_H
#define TD_APP_CONFIG_BUILD_H

#include "app/config/config_raw.h"
#include "base/buf.h"

struct td_builder {
    const struct td_raw_config *raw;
    const struct td_yaml *root;
    struct td_faults *faults;
    struct td_config *config; /* being filled; its arena holds every value */
};

/* A map of the file whose keys are being read: "" for the file itself, "relays[0]". */
struct td_place {
    struct td_builder *builder;
    char path[64];
};
struct td_place td_place(struct td_builder *builder, const char *list, size_t index);

void td_fault_at(const struct td_place *place, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, an error or a warning as it turns out. */
void td_note_at(const struct td_place *place, bool warning, const char *key,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* One key: its name and the word in the file, NULL when it is not there. */
struct td_word {
    const char *key;
    const char *text;
};

/* Each gives the default, without a fault, for a word that is not there. */
const char *td_take_line(const struct td_place *place, struct td_word word,
                         const char *otherwise); /* no control characters, not empty */
const char *td_take_lines(const struct td_place *place, struct td_word word,
                          const char *otherwise); /* line ends allowed within */
const char *td_take_name(const struct td_place *place, struct td_word word);
const char *td_take_domain(const struct td_place *place, struct td_word word,
                           const char *otherwise);
const char *td_take_address(const struct td_place *place, struct td_word word);
td_time td_take_duration(const struct td_place *place, struct td_word word,
                         td_time otherwise); /* over 0 */

struct td_bounds {
    int least, most, otherwise;
};
int td_take_int(const struct td_place *place, struct td_word word,
                struct td_bounds bounds);

/* Index of the word in a list that ends with NULL; 0 when it is not there. */
int td_take_choice(const struct td_place *place, struct td_word word,
                   const char *const *choices);

/* The theme of a map at that path: what it does not say is as `above`. */
const struct td_theme *td_build_theme(struct td_builder *builder, const char *path,
                                      const struct td_raw_theme *raw,
                                      const struct td_theme *above);

/* When it goes out; zone and hour are set. */
void td_build_schedule(const struct td_place *place, const struct td_raw_newsletter *raw,
                       struct td_newsletter *out);

/* How a live blog goes out by itself; its topics and cadences are set. */
void td_build_live(const struct td_place *place, const struct td_raw_newsletter *raw,
                   struct td_newsletter *out);

/* config_build.c: everything; config_newsletter.c: topics and newsletters; config_schedule.c: when they
 * go out; config_live.c: live blogs; config_dkim.c: keys, which are held against the newsletters;
 * config_bounce.c: how bounces are judged; config_mailbox.c: mailboxes that are read. */
void td_config_build(struct td_builder *builder);
void td_build_newsletters(struct td_builder *builder);
void td_build_relays(struct td_builder *builder); /* config_relay.c */
void td_build_dkim(struct td_builder *builder);
void td_build_people(struct td_builder *builder); /* config_people.c: signup files */
void td_build_optin(
    struct td_builder *builder); /* config_optin.c; after the bounce address */
void td_build_bounces(struct td_builder *builder);
void td_build_mailboxes(struct td_builder *builder); /* after td_build_optin */

#endif
