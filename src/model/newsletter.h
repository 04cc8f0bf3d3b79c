/*
 * newsletter.h: a configured publication, as a value.
 *
 * Filled by app/config/config.c from conf/tidings.yaml and never changed after. Strings are
 * NUL-terminated and belong to the configuration; NULL means not given unless said
 * otherwise.
 */
#ifndef TD_MODEL_NEWSLETTER_H
#define TD_MODEL_NEWSLETTER_H

#include "base/date.h"
#include "model/theme.h"

#define TD_TOPICS_MAX     64
#define TD_TOPIC_NAME_MAX 64 /* bytes; the configuration takes shorter ones only */

struct td_schedule; /* queue/schedule.h */

enum td_newsletter_kind { TD_KIND_BRIEFING, TD_KIND_LIVE, TD_KIND_DIGEST };

struct td_topic {
    const char *name;  /* [a-z0-9-]+ */
    const char *title; /* as readers see it; never NULL (default: the name) */
    /* whole words or phrases; a match gives a section this topic */
    const char *const *keywords;
    size_t keyword_count;
};

/* Where subscribers may write commands to: LOCAL DELIMITER TOKEN @ DOMAIN. */
struct td_mail_commands {
    const char *local;
    const char *domain;
    char delimiter;
};

struct td_newsletter {
    const char *name;  /* [a-z0-9-]+, unique */
    const char *title; /* as readers see it */
    enum td_newsletter_kind kind;
    const char *from_name;    /* display name of From: */
    const char *from_address; /* the list's author address */
    const char *reply_to;     /* address, or NULL */
    /* "daily.news.example": stable for the list's life (RFC 2919) */
    const char *list_id;
    const struct td_mail_commands *commands; /* NULL: no mail is read */
    const char *language;                    /* BCP 47, default "en" */
    const char *subject;  /* Mustache over newsletter, headline, date; never NULL */
    const char *greeting; /* Mustache over name; NULL: no greeting */
    const char *greeting_fallback; /* for subscribers without a name */
    const char *postal_address;    /* one line or several */
    bool postal_placeholder;       /* the marked placeholder of `init` */
    /* registered name, number, office (standards P8); may be NULL */
    const char *company;
    const char *
    operator; /* address of who is told about what goes wrong; NULL: logs only */
    unsigned
        cadences; /* what subscribers may choose: a bit per td_cadence; 0: each only */
    const char *zone;                   /* IANA name */
    int at;                             /* release, minutes since midnight in zone */
    const struct td_schedule *schedule; /* on which days; NULL: by hand only */
    const char *schedule_rule;          /* the same as written; NULL: none */
    int lead; /* minutes before `at`, by the wall clock, at which the issue is assembled */
    int grace;            /* minutes after that until which a late editor is waited for */
    td_time max_lateness; /* an issue assembled later after `at` than this is held */
    bool approval;        /* an edition waits for `edition release` */
    const int *digests;   /* live: hours of the day (minutes) of digests, in order */
    size_t digest_count;
    int digest_after; /* live: or as soon as so many entries are new; 0: not */
    int closes;       /* live: the hour of the last digest and the full one; -1: none */
    const char
        *alerts; /* live: this topic's readers get urgent entries at once; or NULL */
    const char *gathers;  /* the newsletter whose week it is put together from, or NULL */
    td_time valid_for;    /* a message expires at its own due + this */
    bool in_doubt_resend; /* policy for messages in doubt: resend; default hold */
    /* "daily": templates/mail/daily.html.mustache and .text.mustache */
    const char *template_name;
    const struct td_theme *theme; /* NULL: the built-in look */
    const struct td_topic *topics;
    size_t topic_count; /* <= TD_TOPICS_MAX */
};

/* Whether it is a live blog that goes out by itself, in digests or alerts. */
bool td_newsletter_is_live(const struct td_newsletter *newsletter);

/* Index of the topic with this name (any case), or -1. */
int td_newsletter_topic(const struct td_newsletter *newsletter, struct td_slice name);

#endif
